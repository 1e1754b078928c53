"""Tensors as bytes: little-endian, row-major, without padding; BYTES are length and content, one by one.

The binary tensor data extension, github.com/triton-inference-server/server/blob/main/docs/protocol/
extension_binary_data.md
"""

from __future__ import annotations

import math

import numpy as np

from ..errors import bad_request
from .tensors import DTYPES, Array, Shape

_LENGTH = 4  # bytes of the unsigned length before each element of BYTES


def from_bytes(content: memoryview, datatype: str, shape: Shape, where: str) -> Array:
    """The tensor in `content`. Raises ApiError 400 naming `where` when it is of another size."""
    count = math.prod(shape)
    if datatype == "BYTES":
        return _strings(content, count, where).reshape(shape)
    dtype = DTYPES[datatype]
    if len(content) != count * dtype.itemsize:
        raise bad_request(
            f"{where}: shape {list(shape)} of {datatype} is {count * dtype.itemsize} bytes, "
            f"binary_data_size is {len(content)}"
        )
    if datatype == "BOOL" and max(content, default=0) > 1:
        raise bad_request(f"{where}: a BOOL is one byte, 0 or 1")
    return np.frombuffer(content, dtype=dtype).reshape(shape)


def to_bytes(array: Array, datatype: str) -> bytes:
    """The tensor as bytes."""
    if datatype != "BYTES":
        return array.astype(DTYPES[datatype], copy=False).tobytes()
    encoded = [str(element).encode() for element in array.ravel().tolist()]
    return b"".join(len(element).to_bytes(_LENGTH, "little") + element for element in encoded)


def _strings(content: memoryview, count: int, where: str) -> Array:
    strings = np.empty(count, dtype=object)
    at = 0
    for index in range(count):
        start = at + _LENGTH
        at = start + int.from_bytes(content[at:start], "little")
        if start > len(content) or at > len(content):
            raise bad_request(f"{where}, element {index}: the data ends before it")
        try:
            strings[index] = str(content[start:at], "utf-8")
        except UnicodeDecodeError:
            raise bad_request(f"{where}, element {index}: UTF-8 expected") from None
    if at != len(content):
        raise bad_request(f"{where}: {len(content) - at} bytes are left after {count} elements")
    return strings
