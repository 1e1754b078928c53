"""An image that a client sends becomes the array that the manifest describes.

A body of type image/png or image/jpeg, or a form with one file. What it is, its first bytes say, not its name
or type. It is turned upright as its EXIF data say, its transparent parts become black, it is converted to the
manifest's mode and resized (not cut) to its width and height, each value the mean of the area that it stands
for; 0 to 255 become 0 to `scale`.

A file can be small and what it unfolds to large: the number of pixels and of a JPEG's scans is limited before
anything is decoded, and one image is decoded at a time, but for small ones.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import bad_request, too_large
from ..models.inputs import Input
from ..models.values import dtype_of
from .body import JSON, check_encoding, media_type, refuse_type
from .forms import file_in_form
from .limits import MAX_IMAGE_BYTES, SMALL_IMAGE
from .messages import Request

FORM = "multipart/form-data"
FIELD = "image"  # of a form
TYPES = ("image/png", "image/jpeg")
_PNG = b"\x89PNG\r\n\x1a\n"
_ACCEPTED = {_PNG: "PNG", b"\xff\xd8\xff": "JPEG"}
_SIZE = struct.Struct(">4sII")  # a PNG's first part after its length: its name, width and height
_UNFOLDING = (b"zTXt", b"iTXt", b"iCCP")  # a PNG's other compressed parts
_OTHERS = {
    b"GIF8": "a GIF",
    b"RIFF": "a WebP image or another RIFF file",
    b"BM": "a BMP",
    b"II*\0": "a TIFF",
    b"MM\0*": "a TIFF",
    b"%PDF": "a PDF",
    b"<": "an SVG or another text with tags",
    b"{": "JSON",
}


def has_image(request: Request) -> bool:
    """Whether the body is of a type that an image may come in."""
    return media_type(request) in (*TYPES, FORM)


def is_surely_quick(request: Request) -> bool:
    """Whether the body is no image, or a small PNG that holds nothing else that would have to unfold."""
    body, came = request.body, request.headers.get("content-type", "")
    if came == JSON or not came.lower().startswith(("image/", "multipart/")):
        return True
    if not body.startswith(_PNG) or len(body) < 24 or any(part in body for part in _UNFOLDING):
        return False
    name, width, height = _SIZE.unpack_from(body, 12)
    return bool(name == b"IHDR" and width * height <= SMALL_IMAGE)


def image_from(request: Request, item: Input) -> Mapping[str, NDArray[Any]]:
    """The array (1, height, width[, 3]) of the image in the body. Raises ApiError 415, 413 or 400."""
    if not has_image(request):
        raise refuse_type(request, ", ".join((JSON, FORM, *TYPES)))
    check_encoding(request)
    content = file_in_form(request, FIELD) if media_type(request) == FORM else request.body
    if len(content) > MAX_IMAGE_BYTES:
        raise too_large(f"An image of at most {MAX_IMAGE_BYTES} bytes expected", "body_too_large")
    check_kind(content)
    from .decoding import decoded  # brings Pillow: not before an image came

    return {item.name: _scaled(decoded(content, item), item)[np.newaxis]}


def check_kind(content: bytes) -> None:
    """Raises ApiError 400 for what does not begin like a PNG or JPEG, saying what it begins like."""
    if content.startswith(tuple(_ACCEPTED)):
        return
    came = next((name for start, name in _OTHERS.items() if content.startswith(start)), "something else")
    raise bad_request(
        f"A PNG or JPEG image expected, {came if content else 'an empty file'} came", "invalid_image"
    )


def _scaled(pixels: NDArray[np.float64], item: Input) -> NDArray[Any]:
    values = pixels * item.scale / 255
    dtype = dtype_of(item)
    return (np.rint(values) if dtype.kind == "u" else values).astype(dtype)
