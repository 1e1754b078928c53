"""Pictures with the standard library: PNGs of a model's examples, and files that are none."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from typing import Any

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BOUNDARY = "conformance-7MA4YWxkTrZu0gW"
# 8 by 8 black pixels.
BLACK_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxO"
    "UlNSMj5aYVpQYEpRUk//wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAI"
    "AQEAAD8AMH//2Q=="
)
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")


def png(pixels: Sequence[Sequence[Any]]) -> bytes:
    """A PNG of these rows: each pixel a grey value, or red, green and blue."""
    height, width = len(pixels), len(pixels[0])
    colour = 0 if isinstance(pixels[0][0], int) else 2
    rows = b"".join(b"\0" + bytes(_flat(row)) for row in pixels)
    return framed(width, height, zlib.compress(rows), colour)


def framed(width: int, height: int, compressed: bytes, colour: int = 0) -> bytes:
    """A PNG that says this size and holds this data, whether they fit or not."""
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", compressed) + _chunk(b"IEND", b"")


def of_example(instance: Sequence[Sequence[Any]], scale: float, enlarged: int = 1) -> bytes:
    """The picture that an image model's example is, each pixel a square of `enlarged`."""
    pixels = [[_pixel(value, scale) for value in row for _ in range(enlarged)] for row in instance]
    return png([row for row in pixels for _ in range(enlarged)])


def as_values(instance: Sequence[Any], scale: float, datatype: str) -> list[Any]:
    """What the model gets of that picture, as JSON has it."""
    if isinstance(instance[0], list):
        return [as_values(row, scale, datatype) for row in instance]
    values = [_pixel(value, scale) * scale / 255 for value in instance]
    return [round(value) for value in values] if datatype == "uint8" else values


def form(content: bytes, field: str = "image", filename: str | None = "picture.png") -> bytes:
    """A form with one field: a file, or text where it has no name."""
    return _part(content, field, filename) + f"--{BOUNDARY}--\r\n".encode()


def two_files(content: bytes) -> bytes:
    """A form with the same file twice."""
    return _part(content, "image", "a.png") + form(content)


def _part(content: bytes, field: str, filename: str | None) -> bytes:
    name = f'; filename="{filename}"\r\nContent-Type: image/png' if filename else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"{name}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _pixel(value: Any, scale: float) -> Any:
    return [_pixel(one, scale) for one in value] if isinstance(value, list) else round(value * 255 / scale)


def _flat(row: Sequence[Any]) -> list[int]:
    return [value for pixel in row for value in (pixel if isinstance(pixel, list) else [pixel])]
