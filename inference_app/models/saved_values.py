"""What a prepared form takes from a `Saved`: an attribute of the expected type and shape, or nothing."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from .safe_names import Saved

T = TypeVar("T")

Floats: TypeAlias = NDArray[np.float64]
Classes: TypeAlias = NDArray[Any]
Answer: TypeAlias = tuple[Any, list[float] | None]  # value, probabilities


class NotPreparedError(Exception):
    """scikit-learn itself has to serve this estimator; the message says why."""


def name_of(saved: Any) -> str:
    """The class's name without its module."""
    if type(saved) is not Saved:
        raise NotPreparedError("an estimator expected")
    return saved.kind.rpartition(".")[2]


def array(saved: Saved, attribute: str, dimensions: int, kinds: str = "f") -> NDArray[Any]:
    """An array of that many dimensions; floats become float64 and must be finite."""
    value = saved.get(attribute)
    if type(value) is not np.ndarray or value.ndim != dimensions or value.dtype.kind not in kinds:
        raise NotPreparedError(f"{name_of(saved)}.{attribute} is no array of the expected kind")
    if kinds != "f":
        return np.asarray(value)
    numbers = np.ascontiguousarray(value, dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise NotPreparedError(f"{name_of(saved)}.{attribute} is not finite")
    return numbers


def number(saved: Saved, attribute: str) -> float:
    """A number, or an array that holds one."""
    value = saved.get(attribute)
    if isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind == "f":
        value = value.item()
    if not isinstance(value, int | float):  # np.float64 is a float
        raise NotPreparedError(f"{name_of(saved)}.{attribute} is not one number")
    return float(value)


def choice(saved: Saved, attribute: str, kind: type[T]) -> T:
    """A value of exactly that type."""
    value = saved.get(attribute)
    if type(value) is not kind:
        raise NotPreparedError(f"{name_of(saved)}.{attribute} is not of the expected kind")
    return value


def flag(saved: Saved, attribute: str) -> bool:
    """A yes or a no."""
    return choice(saved, attribute, bool)
