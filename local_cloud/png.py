"""A grey PNG from numbers, so that an image can be sent without an imaging library."""

import struct
import zlib
from collections.abc import Sequence


def grey_png(rows: Sequence[Sequence[float]], brightest: float) -> bytes:
    """The file whose pixels are `rows`, 0 black and `brightest` white."""
    lines = [bytes(round(255 * value / brightest) for value in row) for row in rows]
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + line for line in lines))
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
