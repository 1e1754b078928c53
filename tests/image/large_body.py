"""A body of 4 MiB through a root file system that cannot be written: the server spools it to a file."""

from __future__ import annotations

import struct
import zlib

from tests.conformance.asking import Asked

LARGEST = 4 * 1024 * 1024  # what the contract allows for an image
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def padded_png(size: int, width: int = 8, height: int = 8) -> bytes:
    """A grey picture, its file exactly `size` bytes: a private chunk, which readers skip, fills it."""
    rows = b"".join(b"\0" + bytes((16 * (x + y)) % 256 for x in range(width)) for y in range(height))
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    ending = _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    missing = size - len(_SIGNATURE + header + ending) - len(_chunk(b"paDd", b""))
    return _SIGNATURE + header + _chunk(b"paDd", bytes(missing)) + ending


def image_request(model: str, token: str) -> Asked:
    """The largest picture that a model may be sent."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "image/png"}
    return Asked("POST", f"/models/{model}/predict", headers=headers, body=padded_png(LARGEST))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
