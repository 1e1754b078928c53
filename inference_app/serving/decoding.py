"""The bytes of a PNG or JPEG become pixels; nothing but this module knows Pillow.

Other formats' decoders are never asked: each is code that reads what anybody may send.
"""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from ..errors import ApiError, bad_request, too_large
from ..models.inputs import Input
from .limits import MAX_PIXELS

FORMATS = ("PNG", "JPEG")
MAX_SCANS = 64  # of a JPEG: each costs a pass over all pixels for a few bytes; a photograph has 1 to 12
ORIENTATION = 0x0112  # EXIF's tag
STRIP = 256  # rows that are converted at a time, so that a large image is not held twice
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.MAX_IMAGE_PIXELS = None  # it only warns up to twice its limit; ours refuses
PngImagePlugin.MAX_TEXT_MEMORY = (
    4 * PngImagePlugin.MAX_TEXT_CHUNK
)  # of compressed comments: 64 MiB by default
warnings.filterwarnings("ignore", module=r"PIL\.")  # what is odd in a client's file is not for our log


def decoded(content: bytes, item: Input) -> NDArray[np.uint8]:
    """The image's pixels (height, width[, 3]) from 0 to 255. Raises ApiError 413 or 400."""
    try:
        return np.asarray(_decoded(content, item), dtype=np.uint8)
    except ApiError:
        raise
    except Exception as error:  # a broken file raises OSError, SyntaxError, ValueError, struct.error, …
        reason = str(error) or type(error).__name__
        raise bad_request(f"The image cannot be read: {reason[:200]}", "invalid_image") from None


def _decoded(content: bytes, item: Input) -> Image.Image:
    image: Any = Image.open(io.BytesIO(content), formats=FORMATS)
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise too_large(
            f"An image of at most {MAX_PIXELS} pixels expected, {width} by {height} came", "too_many_pixels"
        )
    if image.format != "PNG" and (scans := content.count(b"\xff\xda")) > MAX_SCANS:
        raise bad_request(f"A JPEG of at most {MAX_SCANS} scans expected, {scans} came", "invalid_image")
    turn = _UPRIGHT.get(image.getexif().get(ORIENTATION, 1))
    size = (item.height, item.width) if turn in _SIDEWAYS else (item.width, item.height)
    image.draft(None, (2 * size[0], 2 * size[1]))  # a JPEG is decoded at a half, a quarter or an eighth
    small = _converted(image, item.mode).resize(size, Image.Resampling.BOX)
    return small if turn is None else small.transpose(turn)


_SIDEWAYS = tuple(_UPRIGHT[orientation] for orientation in (5, 6, 7, 8))


def _converted(image: Any, mode: str) -> Image.Image:
    """The image in `mode`, over black where it is transparent."""
    image.load()
    if image.mode == mode and not image.has_transparency_data:
        return image  # type: ignore[no-any-return]
    whole = Image.new(mode, image.size)
    for top in range(0, image.height, STRIP):
        strip = image.crop((0, top, image.width, min(top + STRIP, image.height)))
        whole.paste(_opaque(strip).convert(mode), (0, top))
    return whole


def _opaque(strip: Any) -> Any:
    if strip.mode.startswith("I"):  # 16 bits a pixel: Pillow's own conversion would cut, not scale
        return Image.fromarray((np.asarray(strip) >> 8).astype(np.uint8))
    if not strip.has_transparency_data:
        return strip
    black = Image.new("RGB", strip.size)
    black.paste(strip.convert("RGB"), mask=strip.convert("RGBA").getchannel("A"))
    return black
