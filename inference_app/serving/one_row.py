"""One row of plain numbers for a prepared model, without numpy: what most requests are.

Gain: 13 µs for the whole answer in process (`python -m bench.steps`), in place of 67 with numpy and Python's
own JSON; PREPARED=0 leaves no such models. It says yes only where everything is as it should be: whatever
looks different goes the general way (validation.py), which knows what to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from operator import le
from typing import Any

from ..models.inputs import NUMBERS
from ..models.loaded_model import LoadedModel, RowPrediction
from .validation import ROW_FORMS

_NUMBERS = {int, float}  # not bool, which is an int only by inheritance


def predict_row(
    model: LoadedModel, document: Mapping[str, Any] | None, forms: tuple[str, ...] = ROW_FORMS
) -> RowPrediction | None:
    """The model's answer to the only row in `document` (of quick_json.py): {form: [number, …]} for one of
    `forms`, or {"instances": [[number, …]]} where `forms` are all. None: this is for the general way."""
    if document is None or model.one is None or not model.manifest.is_table:
        return None
    ((form, row),) = document.items()
    if form == "instances" and forms is ROW_FORMS:
        if type(row) is not list or len(row) != 1:
            return None
        row = row[0]
    elif form not in forms:
        return None
    return _predict(model, row)


def predict_tensor_row(model: LoadedModel, inputs: list[dict[str, Any]]) -> RowPrediction | None:
    """The same for an inference whose only input is one row of FP64 numbers in JSON. None: as above."""
    tensor = inputs[0]
    shape = tensor.get("shape")
    if (
        model.one is None
        or not model.manifest.is_table
        or len(inputs) != 1
        or tensor.get("name") != NUMBERS
        or tensor.get("datatype") != "FP64"
        or "parameters" in tensor
        or shape != [1, len(model.manifest.inputs)]
        or {*map(type, shape)} != {int}  # [True, 37] and [1.0, 37] are equal to it, too
    ):
        return None
    data = tensor.get("data")
    if type(data) is list and len(data) == 1 and type(data[0]) is list:
        data = data[0]
    return _predict(model, data)


def _predict(model: LoadedModel, row: Any) -> RowPrediction | None:
    if type(row) is not list or not (types := {*map(type, row)}) <= _NUMBERS:
        return None
    assert model.one is not None
    try:
        numbers = list(map(float, row)) if int in types else row
        if not _fits(model, numbers):
            return None
        value, odds = model.one(numbers)
    except (ValueError, ArithmeticError):  # an integer beyond float64, for instance
        return None
    if (type(value) is float and not isfinite(value)) or (odds is not None and not isfinite(sum(odds))):
        return None
    return RowPrediction(value, odds, model.manifest.output.classes or None)


def _fits(model: LoadedModel, numbers: list[float]) -> bool:
    """Whether it is a row of the model's: as many, finite, in range."""
    limits = model.manifest.limits
    return (
        len(numbers) == len(model.manifest.inputs)
        # What is not finite shows in the sum; where only that is too large: the general way.
        and isfinite(sum(numbers))
        and (limits is None or (all(map(le, limits[0], numbers)) and all(map(le, numbers, limits[1]))))
    )
