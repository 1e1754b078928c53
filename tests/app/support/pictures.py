"""What a model would get of a picture, what refuses it, and PNGs that no library would write."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest

from inference_app.errors import ApiError
from inference_app.models.inputs import Input
from inference_app.serving.images import image_from
from inference_app.serving.messages import Request


def grey(
    width: int = 8, height: int = 8, scale: float = 255, mode: str = "L", datatype: str = "float64"
) -> Input:
    """An input as a manifest describes it."""
    shape = (height, width) if mode == "L" else (height, width, 3)
    size: dict[str, Any] = {"width": width, "height": height, "mode": mode, "shape": shape, "scale": scale}
    return Input("image", "image", "", 0.0, scale, datatype, **size)


def read(content: bytes, item: Input, content_type: str = "image/png") -> Any:
    """What the model would get."""
    asked = Request("POST", "/", "", {"content-type": content_type}, content, "", "read-0001")
    (values,) = image_from(asked, item)["image"]
    return values


def refused(content: bytes, content_type: str = "image/png") -> tuple[int, str, str]:
    """Status, code and sentence of the refusal."""
    with pytest.raises(ApiError) as caught:
        read(content, grey(), content_type)
    return caught.value.status, caught.value.code, caught.value.message


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG by hand, for what no library would write."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")
