"""From a JSON document or tensors to a model's arrays, or a 400 that names row, input, expected and found.

Rows come as lists of values, or as records that name either every input or every choice (a one-hot group),
never a mixture. Where the model takes a single array or image, a row is that array itself. What one value may
be is the matter of models/values.py.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from ..errors import bad_request, too_large
from ..models.inputs import NUMBERS, Choice, Input
from ..models.manifest import Manifest
from ..models.values import (
    WrongValueError,
    accepts,
    array_of,
    array_of_tensor,
    dtype_of,
    expected,
)
from .limits import MAX_ROWS, MAX_SHOWN

Arrays = Mapping[str, NDArray[Any]]
ROW_FORMS = ("data", "x")  # one row of numbers, as earlier clients send it


def arrays_from(document: Any, manifest: Manifest) -> Arrays:
    """The arrays in `document`: {"instances": [row, …]}, {"data": [value, …]}, {"x": [value, …]}, or one
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
            f'The body: {{"{form}": {_row_in_words(manifest)}}} expected, {shown(document)} came'
        )
    _only(document, form)
    row = document[form]
    are_rows = isinstance(row, list) and row and isinstance(row[0], list | dict)
    if are_rows and not any(item.shape for item in manifest.inputs):
        raise bad_request(
            f'{form}: one row of {_noun(manifest)} expected, rows came; send {{"instances": [row, …]}}'
        )
    return _arrays([_list(row, 0, manifest)], manifest)


def single(value: float, manifest: Manifest) -> Arrays:
    """The arrays for the one number of a one-input model. Raises ApiError 400."""
    return _arrays([[value]], manifest)


def arrays_of_tensors(tensors: Mapping[str, NDArray[Any]], manifest: Manifest) -> Arrays:
    """The arrays of `tensors`, which must be the manifest's, each with a row or more of the right shape and a
    dtype that the input's can hold.

    Raises ApiError 400, or 413 for more than MAX_ROWS rows.
    """
    wanted = {tensor.name: tensor for tensor in manifest.tensors}
    for name in [*wanted, *tensors]:
        if name not in wanted or name not in tensors:
            found = "it is not an input" if name in tensors else "it is missing"
            raise bad_request(f"The inputs {_list_of(list(wanted))} expected; {shown(name)}: {found}")
    rows = {len(array) if array.ndim else 0 for array in tensors.values()}
    for name, tensor in wanted.items():
        shape = tensors[name].shape
        if shape[1:] != tensor.shape[1:] or len(rows) > 1 or not all(rows):
            raise bad_request(
                f"input {name!r}: the shape {list(tensor.shape)} expected, with a row or more and as many in "
                f"each input, {list(shape)} came"
            )
    _check_count(max(rows), "the inputs")
    if manifest.is_table:
        table = _of_dtype(tensors[NUMBERS], NUMBERS, np.dtype(np.float64), wanted[NUMBERS].datatype)
        return table_of(table, manifest)
    return {item.name: _of_tensor(item, tensors[item.name]) for item in manifest.inputs}


def table_of(rows: NDArray[np.float64], manifest: Manifest) -> Arrays:
    """The arrays of a table of numbers, at most MAX_ROWS, of the right width. Raises ApiError 400."""
    return {NUMBERS: _inside(rows, manifest)}


def shown(value: Any) -> str:
    """`value` as JSON, short enough for an error."""
    text = json.dumps(value) if not isinstance(value, list | dict) or len(value) < MAX_SHOWN else "…"
    if text == "…":
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)} items"
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _is_form(document: dict[str, Any], key: str, manifest: Manifest) -> bool:
    """Whether `key` is the form of the body, and not the name of an input of a bare record."""
    if key not in document:
        return False
    named = any(key == item.name for item in manifest.inputs + manifest.choices)
    return not named or isinstance(document[key], list)


def _only(document: dict[str, Any], key: str) -> None:
    for other in document:
        if other != key:
            raise bad_request(f"The body: only {key} expected, {shown(other)} came, too")


def _rows(rows: Any, manifest: Manifest) -> list[list[Any]]:
    if not isinstance(rows, list) or not rows:
        raise bad_request(f"instances: a list of at least one row expected, {shown(rows)} came")
    _check_count(len(rows), "instances")
    if not isinstance(rows[0], dict):
        return [_list(row, index, manifest) for index, row in enumerate(rows)]
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise bad_request(f"row {index}: a record expected like in row 0, {shown(row)} came")
    return [_record(row, index, manifest) for index, row in enumerate(rows)]


def _check_count(rows: int, where: str) -> None:
    if rows > MAX_ROWS:
        raise too_large(f"{where}: at most {MAX_ROWS} rows expected, {rows} came", "too_many_rows")


def _list(row: Any, index: int, manifest: Manifest) -> list[Any]:
    if manifest.lone_array:
        return [row]
    if not isinstance(row, list):
        raise bad_request(f"row {index}: a list of {_count_of(manifest)} expected, {shown(row)} came")
    if len(row) != len(manifest.inputs):
        raise bad_request(f"row {index}: {_count_of(manifest)} expected, {len(row)} came")
    return row


def _record(record: dict[str, Any], index: int, manifest: Manifest) -> list[Any]:
    """The row that a record stands for: its inputs by name, or its choices one-hot."""
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
    if not manifest.is_table:
        return {
            item.name: _of_values(item, [row[column] for row in rows])
            for column, item in enumerate(manifest.inputs)
        }
    numbers = {int, float}
    try:
        if not all(numbers.issuperset(map(type, row)) for row in rows):
            _name_the_culprit(rows, manifest)
        array = np.array(rows, dtype=np.float64)
    except OverflowError:  # an integer beyond float64
        _name_the_culprit(rows, manifest)
    return {NUMBERS: _inside(array, manifest, rows)}


def _inside(
    table: NDArray[np.float64], manifest: Manifest, rows: list[list[Any]] | None = None
) -> NDArray[np.float64]:
    """`table`, made of `rows`, when all of it is finite and in range."""
    low, high = manifest.bounds
    with np.errstate(invalid="ignore"):
        inside = np.isfinite(table) & (table >= low) & (table <= high)
    if not inside.all():
        _name_the_culprit(rows or table.tolist(), manifest)
    return table


def _name_the_culprit(rows: list[list[Any]], manifest: Manifest) -> NoReturn:
    """Raises the 400 for the first value that is no number in its input's range; there is one."""
    for index, row in enumerate(rows):
        for item, value in zip(manifest.inputs, row, strict=True):
            if not accepts(item, value):
                _refuse(item, WrongValueError(index, (), expected(item), value))
    raise bad_request("The numbers cannot be read")


def _of_values(item: Input, values: list[Any]) -> NDArray[Any]:
    try:
        return array_of(item, values)
    except WrongValueError as error:
        _refuse(item, error)


def _of_tensor(item: Input, tensor: NDArray[Any]) -> NDArray[Any]:
    checked = _of_dtype(tensor, item.name, dtype_of(item), item.tensor.datatype)
    try:
        return array_of_tensor(item, checked)
    except WrongValueError as error:
        _refuse(item, error)


def _of_dtype(tensor: NDArray[Any], name: str, dtype: np.dtype[Any], word: str) -> NDArray[Any]:
    """`tensor` as `dtype`, when that loses nothing."""
    is_kind = (tensor.dtype.kind == "b") == (dtype.kind == "b") and (tensor.dtype.kind in "OUS") == (
        dtype.kind == "O"
    )
    if not is_kind or not np.can_cast(tensor.dtype, dtype, "safe"):
        raise bad_request(f"input {name!r}: {word} expected, {tensor.dtype} came")
    return tensor.astype(dtype, copy=False)


def _refuse(item: Input, error: WrongValueError) -> NoReturn:
    where = f"row {error.row}, input {item.name!r}{error.place}"
    raise bad_request(f"{where}: {error.expected} expected, {shown_number(error.value)} came") from None


def shown_number(value: Any) -> str:
    """`value` for an error; what float64 cannot hold is called too large instead of printed."""
    if type(value) is float and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "a number too large"
    if type(value) is int and abs(value) > 10**40:
        return "a number too large" if abs(value) > 10**308 else shown(float(value))
    return shown(value)


def _noun(manifest: Manifest) -> str:
    return "numbers" if manifest.is_table else "values"


def _count_of(manifest: Manifest) -> str:
    count = len(manifest.inputs)
    return f"{count} {_noun(manifest)[: -1 if count == 1 else None]}"


def _row_in_words(manifest: Manifest) -> str:
    if item := manifest.lone_array:
        return f"[{' by '.join(map(str, item.shape))} values]"
    return f"[{len(manifest.inputs)} {_noun(manifest)}]"


def _list_of(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 40 else f"{', '.join(names[:40])}, …"
