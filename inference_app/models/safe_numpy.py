"""How numpy's dtypes, arrays and scalars are put together from an artifact: by hand, from checked arguments.

numpy's own functions for this are never called with what a file says: their C code trusts some of it.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .safe_names import DTYPE, Unfinished

SIMPLE_TYPE = re.compile(r"[<=|]?(?:[?]|b1|[iu][1248]|f[248]|U[0-9]{1,6}|O8?)")
PIECE_TYPE = re.compile(r"V[0-9]{1,6}")


def start_dtype(text: Any, *_: Any) -> Unfinished:
    """What `numpy.dtype(text)` would be: a number, a text, an object or the piece of a structure."""
    if type(text) is not str or not (SIMPLE_TYPE.fullmatch(text) or PIECE_TYPE.fullmatch(text)):
        raise ValueError(f"dtype {text!r}")
    return Unfinished(DTYPE, np.dtype(text))


def finish_dtype(started: Unfinished, state: Any) -> None:
    """The second half, numpy's own tuple: byte order, and names and fields of a structure."""
    _, order, shape, names, fields, size, *_ = state
    dtype = started.value
    if order not in ("<", "|", "=") or shape is not None:
        raise ValueError(f"byte order {order!r}, shape {shape!r}")  # not one of this machine's
    if names is None:
        if dtype.kind == "V":
            raise ValueError("bytes without a meaning")
        return
    formats = [dtype_of(fields[name][0]) for name in names]
    offsets = [fields[name][1] for name in names]
    if dtype.kind != "V" or size != dtype.itemsize or any(item.hasobject for item in formats):
        raise ValueError("a structure of that kind")
    started.value = np.dtype({"names": list(names), "formats": formats, "offsets": offsets, "itemsize": size})


def dtype_of(value: Any) -> np.dtype[Any]:
    """The dtype that was put together."""
    if type(value) is not Unfinished or value.kind != DTYPE:
        raise ValueError("a dtype expected")
    if value.value.kind == "V" and not value.value.names:
        raise ValueError("a structure without fields")
    return value.value  # type: ignore[no-any-return]


def size_of(shape: Any) -> int:
    """How many elements `shape` (a tuple of whole numbers, none negative) has."""
    if type(shape) is not tuple or len(shape) > 8 or any(type(n) is not int or n < 0 for n in shape):
        raise ValueError(f"shape {shape!r}")
    return math.prod(shape)


def array_of(content: Any, dtype: Any, shape: Any, fortran: Any) -> NDArray[Any]:
    """The array whose bytes (objects: whose list) are `content`, without a copy."""
    kind, count = dtype_of(dtype), size_of(shape)
    if kind.hasobject:
        if type(content) is not list or len(content) != count:
            raise ValueError("as many objects as the shape says expected")
        array = np.empty(count, dtype=object)
        for index, item in enumerate(content):
            array[index] = item
    else:
        if type(content) not in (bytes, bytearray) or len(content) != count * kind.itemsize:
            raise ValueError(f"{count * kind.itemsize} bytes expected for the shape {shape}")
        array = np.frombuffer(content, dtype=kind, count=count) if content else np.empty(count, dtype=kind)
    return array.reshape(shape, order="F" if fortran else "C")


def scalar(dtype: Any, content: Any) -> Any:
    """The numpy scalar of `content`."""
    return array_of(content, dtype, (), False)[()]


def from_buffer(content: Any, dtype: Any, shape: Any, order: Any, axes: Any = None) -> NDArray[Any]:
    """What numpy's `_frombuffer` would be; order "K" says how the axes lie."""
    array = array_of(content, dtype, shape, order == "F")
    if axes is None:
        return array
    if type(axes) is not tuple or sorted(axes) != list(range(array.ndim)):
        raise ValueError(f"axes {axes!r}")
    return array.transpose(axes)


def encode(text: Any, encoding: Any) -> bytes:
    """What `_codecs.encode` would be, for the one encoding that stands for bytes."""
    if type(text) is not str or encoding not in ("latin1", "latin-1"):
        raise ValueError("bytes as latin-1 expected")
    return text.encode("latin-1")
