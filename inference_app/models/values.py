"""One input's values become an array, or the first value that it does not accept is named.

Strict: a boolean is no number, a string is no number, an integer beyond its datatype is refused. The rules
are the same for what clients send as JSON, for the protocol's tensors and for a manifest's own examples.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from .inputs import Input

FLOATS = ("float64", "float32")
_FLOAT32_MAX = float(np.finfo(np.float32).max)
_SHOWN_VALUES = 40


class WrongValueError(ValueError):
    """A value that its input does not accept: its row, its place in the row's array, what was expected."""

    def __init__(self, row: int, place: tuple[int, ...], expected: str, value: Any) -> None:
        super().__init__(f"{expected} expected")
        self.row = row
        self.place = "".join(f"[{index}]" for index in place)
        self.expected = expected
        self.value = value


def dtype_of(item: Input) -> np.dtype[Any]:
    """numpy's dtype of the input's array; strings are objects."""
    return np.dtype(object if item.datatype == "string" else item.datatype)


def array_of(item: Input, values: Sequence[Any]) -> NDArray[Any]:
    """The array (rows, *shape) of the rows' JSON `values`. Raises WrongValueError."""
    flat = values if not item.shape else _flat(item, values)
    array = _converted(item, flat)
    if array is None:
        _refuse(item, flat)
    return array.reshape(len(values), *item.shape)


def array_of_tensor(item: Input, tensor: NDArray[Any]) -> NDArray[Any]:
    """`tensor` (rows, *shape), whose dtype the input's can hold, as the input's array. Raises
    WrongValueError."""
    if item.kind != "number" and item.kind != "image":
        flat = [_text(value) for value in tensor.ravel().tolist()]
        array = _converted(item, flat)
        if array is None:
            _refuse(item, flat)
        return array.reshape(tensor.shape)
    if item.datatype == "bool":
        return tensor.astype(np.bool_)
    if not (inside := _inside(item, tensor)).all():
        row, *place = (int(index) for index in np.argwhere(~inside)[0])
        raise WrongValueError(row, tuple(place), expected(item), tensor[(row, *place)].item())
    return tensor.astype(dtype_of(item), copy=False)


def accepts(item: Input, value: Any) -> bool:
    """Whether `value` (of JSON) may be one value of the input."""
    if item.datatype == "bool":
        return type(value) is bool
    if item.kind == "category":
        return type(value) in ((str,) if item.datatype == "string" else (int, float)) and value in item.values
    if item.kind == "string":
        return type(value) is str and len(value) <= (item.maximum_length or math.inf) and _is_unicode(value)
    if type(value) not in (int, float):
        return False
    if item.datatype in FLOATS:
        low, high = float_bounds(item)
        try:
            number = float(value)
        except OverflowError:
            return False
        return math.isfinite(number) and low <= number <= high
    low, high = whole_bounds(item)
    is_whole = type(value) is int or bool(value.is_integer())
    return is_whole and bool(low <= value <= high)


def expected(item: Input) -> str:
    """What one value of the input must be, in words."""
    if item.datatype == "bool":
        return "true or false"
    if item.kind == "category":
        known = [json.dumps(value, ensure_ascii=False) for value in item.values]
        return f"one of {', '.join(known[:_SHOWN_VALUES])}{', …' if len(known) > _SHOWN_VALUES else ''}"
    if item.kind == "string":
        return (
            "a string"
            if item.maximum_length is None
            else f"a string of at most {item.maximum_length} characters"
        )
    if item.datatype not in FLOATS:
        return "a whole number from {} to {}".format(*whole_bounds(item))
    if item.minimum is not None and item.maximum is not None:
        return f"a number from {item.minimum} to {item.maximum}"
    if item.minimum is not None:
        return f"a number of at least {item.minimum}"
    if item.maximum is not None:
        return f"a number of at most {item.maximum}"
    return "a finite number" if item.datatype == "float64" else f"a finite number ({item.datatype})"


def float_bounds(item: Input) -> tuple[float, float]:
    """The least and the greatest number that the input accepts; infinite where there is no bound."""
    widest = _FLOAT32_MAX if item.datatype == "float32" else math.inf
    low = -widest if item.minimum is None else max(-widest, item.minimum)
    return low, widest if item.maximum is None else min(widest, item.maximum)


def whole_bounds(item: Input) -> tuple[int, int]:
    """The least and the greatest whole number that the input accepts."""
    holds = np.iinfo(item.datatype)
    low = int(holds.min) if item.minimum is None else max(int(holds.min), math.ceil(item.minimum))
    return low, int(holds.max) if item.maximum is None else min(int(holds.max), math.floor(item.maximum))


def _converted(item: Input, flat: Sequence[Any]) -> NDArray[Any] | None:
    """The values as one row of the dtype; None when one of them is not accepted."""
    kinds = set(map(type, flat))
    if item.kind == "string":
        return _objects(flat) if all(accepts(item, value) for value in flat) else None
    if item.kind == "category":
        if not kinds <= ({str} if item.datatype == "string" else {int, float}):
            return None
        known = {value: value for value in item.values}
        if not all(value in known for value in flat):
            return None
        own = [known[value] for value in flat]  # 2.0 is the 2 of the manifest
        return _objects(own) if item.datatype == "string" else np.array(own, dtype_of(item))
    if item.datatype == "bool":
        return np.array(flat, np.bool_) if kinds <= {bool} else None
    if not kinds <= {int, float}:
        return None
    whole = item.datatype not in FLOATS
    if whole and any(type(value) is float and not value.is_integer() for value in flat):
        return None
    try:
        array = np.array(list(map(int, flat)), np.int64) if whole else np.array(flat, np.float64)
    except OverflowError:  # an integer beyond the datatype
        return None
    return array.astype(dtype_of(item), copy=False) if _inside(item, array).all() else None


def _inside(item: Input, array: NDArray[Any]) -> NDArray[np.bool_]:
    if item.datatype in FLOATS:
        low, high = float_bounds(item)
        with np.errstate(invalid="ignore"):
            return np.asarray(np.isfinite(array) & (array >= low) & (array <= high))
    least, greatest = whole_bounds(item)
    return np.asarray((array >= least) & (array <= greatest))


def _objects(values: Sequence[Any]) -> NDArray[Any]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _text(value: Any) -> Any:
    # A byte that is no UTF-8 becomes half of a surrogate pair, which is refused like any other.
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def _is_unicode(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair: JSON can spell it, UTF-8 cannot
        return False
    return True


def _flat(item: Input, values: Sequence[Any]) -> list[Any]:
    """The values of every row's nested lists, in C order. Raises WrongValueError where a size is another."""
    flat: list[Any] = []
    for row, value in enumerate(values):
        _flatten(item, value, row, (), flat)
    return flat


def _flatten(item: Input, value: Any, row: int, place: tuple[int, ...], flat: list[Any]) -> None:
    size = item.shape[len(place)]
    if not isinstance(value, list) or len(value) != size:
        sizes = " by ".join(str(size) for size in item.shape[len(place) :])
        raise WrongValueError(row, place, f"a list of {sizes} values", value)
    if len(place) + 1 == len(item.shape):
        flat.extend(value)
        return
    for index, inner in enumerate(value):
        _flatten(item, inner, row, (*place, index), flat)


def _refuse(item: Input, flat: Sequence[Any]) -> NoReturn:
    for index, value in enumerate(flat):
        if not accepts(item, value):
            row, within = divmod(index, item.size)
            place = tuple(int(axis) for axis in np.unravel_index(within, item.shape)) if item.shape else ()
            raise WrongValueError(row, place, expected(item), value)
    raise WrongValueError(0, (), expected(item), None)
