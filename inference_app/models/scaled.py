"""Pipelines of scalers and a linear model as plain arithmetic, step by step as scikit-learn takes them.

Folding the scale into the coefficients would save a microsecond and change the last bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .form import Form
from .linear import prepare_linear
from .safe_names import Saved
from .saved_values import Answer, Floats, NotPreparedError, array, choice, flag, name_of

Rows = Callable[[Floats], Floats]
Row = Callable[[list[float]], list[float]]


class Scaled(Form):
    """A pipeline: scalers, each (rows, one row), before a linear model."""

    def __init__(self, scalers: list[tuple[Rows, Row]], model: Form) -> None:
        self.n_features_in_ = model.n_features_in_
        self.classes_ = model.classes_
        self._scalers = scalers
        self._model = model

    def many(self, rows: NDArray[Any]) -> tuple[NDArray[Any], Floats | None]:
        """What the model says to the scaled rows."""
        return self._model.many(self._scaled(rows))

    def one(self, row: list[float]) -> Answer:
        """What the model says to the scaled row."""
        for _, scale in self._scalers:
            row = scale(row)
        return self._model.one(row)

    def scores(self, rows: NDArray[Any]) -> Floats | None:
        """The model's."""
        return self._model.scores(self._scaled(rows))

    def _scaled(self, rows: NDArray[Any]) -> NDArray[Any]:
        for scale, _ in self._scalers:
            rows = scale(rows)
        return rows


def prepare_pipeline(saved: Saved) -> Scaled:
    """The arithmetic of a Pipeline of scalers before a linear model. Raises NotPreparedError."""
    steps = choice(saved, "steps", list)
    if not steps or not all(type(step) is tuple and len(step) == 2 for step in steps):
        raise NotPreparedError("a pipeline without steps")
    *scalers, last = [step for _, step in steps if step not in (None, "passthrough")]
    return Scaled([prepare_scaler(step) for step in scalers], prepare_linear(last))


def prepare_scaler(saved: Saved) -> tuple[Rows, Row]:
    """The arithmetic of StandardScaler or MinMaxScaler, for rows and for one row. Raises NotPreparedError."""
    kind = name_of(saved)
    if kind == "StandardScaler":
        width = choice(saved, "n_features_in_", int)
        means = array(saved, "mean_", 1) if flag(saved, "with_mean") else np.zeros(width)
        scales = array(saved, "scale_", 1) if flag(saved, "with_std") else np.ones(width)
        if not scales.all():
            raise NotPreparedError("StandardScaler with a scale of 0")
        both = list(zip(means.tolist(), scales.tolist(), strict=True))

        def standard(row: list[float]) -> list[float]:
            return [(value - mean) / scale for value, (mean, scale) in zip(row, both, strict=True)]

        return (lambda rows: (rows - means) / scales), standard
    if kind != "MinMaxScaler":
        raise NotPreparedError(f"{kind} has no prepared form")
    factors, offsets = array(saved, "scale_", 1), array(saved, "min_", 1)
    pairs = list(zip(factors.tolist(), offsets.tolist(), strict=True))
    low, high = -math.inf, math.inf
    if flag(saved, "clip"):
        low, high = (float(bound) for bound in choice(saved, "feature_range", tuple))

    def between(row: list[float]) -> list[float]:
        return [
            min(max(value * factor + offset, low), high)
            for value, (factor, offset) in zip(row, pairs, strict=True)
        ]

    return (lambda rows: np.clip(rows * factors + offsets, low, high)), between
