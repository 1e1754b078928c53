"""From a JSON document to a model's arrays, or a 400 that names row, input, expected and found.

Numbers are strict: booleans, strings, NaN, infinities and integers beyond float64 are refused. Rows come as
lists of numbers, or as records that name either every input or every choice (a one-hot group), never a
mixture.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from ..errors import bad_request, too_large
from ..models.inputs import Choice, Input
from ..models.loaded_model import NUMBERS
from ..models.manifest import Manifest
from .limits import MAX_ROWS, MAX_SHOWN

Arrays = Mapping[str, NDArray[np.float64]]
ROW_FORMS = ("data", "x")  # one row of numbers, as earlier clients send it


def arrays_from(document: Any, manifest: Manifest) -> Arrays:
    """The arrays in `document`: {"instances": [row, …]}, {"data": [number, …]}, {"x": [number, …]}, or one
    record.

    Raises ApiError 400, or 413 for more than MAX_ROWS rows.
    """
    if not isinstance(document, dict):
        raise bad_request(f"The body: an object expected, {shown(document)} came")
    if _is_form(document, "instances", manifest):
        _only(document, "instances")
        return _arrays(_rows(document["instances"], manifest), manifest)
    for form in ROW_FORMS:
        if _is_form(document, form, manifest):
            return row_of(document, form, manifest)
    if not document:
        raise bad_request('The body: {"instances": [[…], …]} or a record of named inputs expected, {} came')
    return _arrays([_record(document, 0, manifest)], manifest)


def row_of(document: Any, form: str, manifest: Manifest) -> Arrays:
    """The arrays in `document`, which must be {form: [number, …]} and nothing else. Raises ApiError 400."""
    if not isinstance(document, dict) or form not in document:
        raise bad_request(
            f'The body: {{"{form}": [{len(manifest.inputs)} numbers]}} expected, {shown(document)} came'
        )
    _only(document, form)
    row = document[form]
    if isinstance(row, list) and row and isinstance(row[0], list | dict):
        raise bad_request(f'{form}: one row of numbers expected, rows came; send {{"instances": [row, …]}}')
    return _arrays([_list(row, 0, manifest)], manifest)


def single(value: float, manifest: Manifest) -> Arrays:
    """The arrays for the one number of a one-input model. Raises ApiError 400."""
    return _arrays([[value]], manifest)


def shown(value: Any) -> str:
    """`value` as JSON, short enough for an error."""
    text = json.dumps(value) if not isinstance(value, list | dict) or len(value) < MAX_SHOWN else "…"
    if text == "…":
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)} items"
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _is_form(document: dict[str, Any], key: str, manifest: Manifest) -> bool:
    """Whether `key` is the form of the body, and not the name of an input of a bare record."""
    named = any(key == item.name for item in manifest.inputs + manifest.choices)
    return key in document and (not named or isinstance(document[key], list))


def _only(document: dict[str, Any], key: str) -> None:
    for other in document:
        if other != key:
            raise bad_request(f"The body: only {key} expected, {shown(other)} came, too")


def _rows(rows: Any, manifest: Manifest) -> list[list[Any]]:
    if not isinstance(rows, list) or not rows:
        raise bad_request(f"instances: a list of at least one row expected, {shown(rows)} came")
    if len(rows) > MAX_ROWS:
        raise too_large(f"instances: at most {MAX_ROWS} rows expected, {len(rows)} came", "too_many_rows")
    if not isinstance(rows[0], dict):
        return [_list(row, index, manifest) for index, row in enumerate(rows)]
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise bad_request(f"row {index}: a record expected like in row 0, {shown(row)} came")
    return [_record(row, index, manifest) for index, row in enumerate(rows)]


def _list(row: Any, index: int, manifest: Manifest) -> list[Any]:
    width = len(manifest.inputs)
    if not isinstance(row, list):
        raise bad_request(f"row {index}: a list of {_numbers(width)} expected, {shown(row)} came")
    if len(row) != width:
        raise bad_request(f"row {index}: {_numbers(width)} expected, {len(row)} came")
    return row


def _record(record: dict[str, Any], index: int, manifest: Manifest) -> list[Any]:
    """The row of numbers that a record stands for: its inputs by name, or its choices one-hot."""
    inputs = [item.name for item in manifest.inputs]
    chosen = {name for choice in manifest.choices for name in choice.inputs}
    by_choice = [choice.name for choice in manifest.choices] + [name for name in inputs if name not in chosen]
    names = by_choice if any(choice.name in record for choice in manifest.choices) else inputs
    for name in record:
        if name not in names:
            mixed = ", which is part of a choice," if name in inputs else ""
            raise bad_request(f"row {index}: {shown(name)}{mixed} is not one of the inputs {_list_of(names)}")
    for name in names:
        if name not in record:
            raise bad_request(f"row {index}: the input {shown(name)} is missing")
    if names is inputs:
        return [record[name] for name in inputs]
    row: dict[str, Any] = dict.fromkeys(inputs, 0.0)
    for choice in manifest.choices:
        row[choice.inputs[_position(choice, record[choice.name], index)]] = 1.0
    row.update((name, record[name]) for name in inputs if name not in chosen)
    return [row[name] for name in inputs]


def _position(choice: Choice, value: Any, index: int) -> int:
    # True == 1 in Python, and a list cannot be looked up: the type first.
    if type(value) in (str, int, float):
        for position, known in enumerate(choice.values):
            if known == value and isinstance(known, str) == isinstance(value, str):
                return position
    expected = _list_of([json.dumps(known) for known in choice.values])
    raise bad_request(f"row {index}, input {choice.name!r}: one of {expected} expected, {shown(value)} came")


def _arrays(rows: list[list[Any]], manifest: Manifest) -> Arrays:
    numbers = {int, float}
    try:
        if not all(numbers.issuperset(map(type, row)) for row in rows):
            _name_the_culprit(rows, manifest)
        array = np.array(rows, dtype=np.float64)
    except OverflowError:  # an integer beyond float64
        _name_the_culprit(rows, manifest)
    low, high = _bounds(manifest.inputs)
    with np.errstate(invalid="ignore"):
        inside = np.isfinite(array) & (array >= low) & (array <= high)
    if not inside.all():
        _name_the_culprit(rows, manifest)
    return {NUMBERS: array}


def _bounds(inputs: tuple[Input, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low = [-math.inf if item.minimum is None else item.minimum for item in inputs]
    high = [math.inf if item.maximum is None else item.maximum for item in inputs]
    return np.array(low), np.array(high)


def _name_the_culprit(rows: list[list[Any]], manifest: Manifest) -> NoReturn:
    """Raises the 400 for the first value that is no number in its input's range; there is one."""
    for index, row in enumerate(rows):
        for item, value in zip(manifest.inputs, row, strict=True):
            if not _is_inside(value, item):
                where = f"row {index}, input {item.name!r}"
                raise bad_request(f"{where}: {_expected(item)} expected, {shown_number(value)} came")
    raise bad_request("The numbers cannot be read")


def _is_inside(value: Any, item: Input) -> bool:
    if type(value) not in (int, float):
        return False
    try:
        number = float(value)
    except OverflowError:
        return False
    low, high = item.minimum, item.maximum
    return math.isfinite(number) and (low is None or number >= low) and (high is None or number <= high)


def shown_number(value: Any) -> str:
    """`value` for an error; what float64 cannot hold is called too large instead of printed."""
    if type(value) is float and not math.isfinite(value):
        return "a number too large"
    if type(value) is int and abs(value) > 10**40:
        return "a number too large" if abs(value) > 10**308 else shown(float(value))
    return shown(value)


def _expected(item: Input) -> str:
    if item.minimum is not None and item.maximum is not None:
        return f"a number from {item.minimum} to {item.maximum}"
    if item.minimum is not None:
        return f"a number of at least {item.minimum}"
    if item.maximum is not None:
        return f"a number of at most {item.maximum}"
    return "a finite number"


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"


def _list_of(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 40 else f"{', '.join(names[:40])}, …"
