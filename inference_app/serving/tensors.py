"""Tensors of the Open Inference Protocol: its datatypes, and their data as JSON carries it.

github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from ..errors import bad_request
from .validation import shown, shown_number

Array = NDArray[Any]
Shape = Sequence[int]

# Each datatype as numpy has it, little-endian; BYTES are Python's str.
DTYPES: dict[str, np.dtype[Any]] = {
    "BOOL": np.dtype(np.bool_),
    **{
        f"{sign}INT{bits}": np.dtype(f"<{sign.lower() or 'i'}{bits // 8}")
        for sign in ("U", "")
        for bits in (8, 16, 32, 64)
    },
    "FP16": np.dtype("<f2"),
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
    "BYTES": np.dtype(object),
}
NUMBERS = [datatype for datatype, dtype in DTYPES.items() if dtype.kind in "iuf"]
# What the elements of each kind of dtype are in JSON, by type and in words.
_ELEMENTS: dict[str, tuple[frozenset[type], str]] = {
    "b": (frozenset({bool}), "true or false"),
    "i": (frozenset({int}), "a whole number"),
    "u": (frozenset({int}), "a whole number"),
    "f": (frozenset({int, float}), "a number"),
    "O": (frozenset({str}), "a string"),
}


def from_json(data: Any, datatype: str, shape: Shape, where: str) -> Array:
    """The tensor whose elements are `data`, flat or nested as `shape` says. Raises ApiError 400 naming
    `where` and the element."""
    dtype = DTYPES[datatype]
    flat = _flat(data, shape, where)
    if not _ELEMENTS[dtype.kind][0].issuperset(map(type, flat)):
        _name_the_culprit(flat, datatype, where)
    try:
        with np.errstate(over="ignore"):  # 1e300 in FP32 is an infinity, refused with the others
            return np.array(flat, dtype=dtype).reshape(shape)
    except OverflowError:  # an integer beyond the datatype
        _name_the_culprit(flat, datatype, where)


def to_json(array: Array) -> list[Any]:
    """The tensor's elements as JSON has them, flat in row-major order."""
    elements: list[Any] = array.ravel().tolist()
    return elements


def check_datatype(came: Any, wanted: str, where: str) -> str:
    """`came`, a datatype that may be sent where the model takes `wanted`: that one, or for a number any
    other number. Raises ApiError 400."""
    if came == wanted or (came in NUMBERS and wanted in NUMBERS):
        return str(came)
    others = ", or another number," if wanted in NUMBERS else ""
    raise bad_request(f"{where}: datatype {wanted}{others} expected, {shown(came)} came")


def converted(array: Array, came: str, wanted: str, where: str) -> Array:
    """`array` of the datatype `came` in the datatype `wanted`, each number the same. Raises ApiError 400
    for the first that `wanted` does not hold exactly."""
    if came == wanted:
        return array
    dtype = DTYPES[wanted]
    held = _held(array, dtype)
    if not held.all():
        place = tuple(int(index) for index in np.argwhere(~held)[0])
        number = shown_number(array[place].item())
        raise bad_request(f"{where}, element {list(place)}: {came} {number} is no {wanted} number")
    return array.astype(dtype)


def _held(array: Array, dtype: np.dtype[Any]) -> NDArray[np.bool_]:
    """Where `dtype` holds the number of `array` exactly. NaN and infinities are left to the check of
    ranges, which names them."""
    if dtype.kind == "f" and array.dtype.kind == "f":
        if dtype.itemsize >= array.dtype.itemsize:
            return np.ones(array.shape, dtype=np.bool_)
        with np.errstate(over="ignore"):
            return np.asarray((array.astype(dtype) == array) | ~np.isfinite(array))
    if dtype.kind == "f":
        whole = 2 ** (np.finfo(dtype).nmant + 1)  # up to here every whole number has its float
        return np.asarray((array >= -whole) & (array <= whole))
    least, beyond = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max) + 1
    inside = (array >= least) & (array < beyond)
    return np.asarray(inside & (array == np.trunc(array)) if array.dtype.kind == "f" else inside)


def _flat(data: Any, shape: Shape, where: str) -> list[Any]:
    count = math.prod(shape)
    if not isinstance(data, list):
        raise bad_request(f"{where}: data: a list expected, {shown(data)} came")
    if not data or not isinstance(data[0], list):
        if len(data) != count:
            raise bad_request(f"{where}: shape {list(shape)} is {count} elements, data holds {len(data)}")
        return data
    level: list[Any] = [data]
    for size in shape:
        for inner in level:
            if not isinstance(inner, list) or len(inner) != size:
                came = f"a list of {len(inner)}" if isinstance(inner, list) else shown(inner)
                raise bad_request(
                    f"{where}: data nested as shape {list(shape)} expected, {came} came for a list of {size}"
                )
        level = list(chain.from_iterable(level))
    return level


def _name_the_culprit(flat: list[Any], datatype: str, where: str) -> NoReturn:
    """Raises the 400 for the first element that is none of `datatype`; there is one."""
    dtype = DTYPES[datatype]
    types, words = _ELEMENTS[dtype.kind]
    for index, element in enumerate(flat):
        if type(element) not in types or not _is_inside(element, dtype):
            span = f" from {np.iinfo(dtype).min} to {np.iinfo(dtype).max}" if dtype.kind in "iu" else ""
            raise bad_request(
                f"{where}, element {index}: {words}{span} ({datatype}) expected, {shown_number(element)} came"
            )
    raise bad_request(f"{where}: the data cannot be read as {datatype}")


def _is_inside(element: Any, dtype: np.dtype[Any]) -> bool:
    if dtype.kind in "iu":
        return bool(np.iinfo(dtype).min <= element <= np.iinfo(dtype).max)
    if dtype.kind != "f":
        return True
    try:
        float(element)
    except OverflowError:
        return False
    return True
