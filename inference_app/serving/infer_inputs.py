"""The inputs of an inference request become the model's arrays: names, shapes, datatypes, data, in that
order."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import bad_request, too_large
from ..models.inputs import NUMBERS, Tensor
from ..models.manifest import Manifest
from .binary_tensors import from_bytes
from .limits import MAX_ROWS
from .protocol_objects import parameters, text
from .tensors import Array, check_datatype, converted, from_json
from .validation import Arrays, arrays_of_tensors, shown, table_of

Objects = list[dict[str, Any]]


def arrays_of_inputs(inputs: Objects, content: memoryview, manifest: Manifest) -> Arrays:
    """The arrays for the model of `manifest`; `content` holds the data of the inputs that come as bytes, one
    after the other. Raises ApiError 400, or 413 for too many rows.

    A table of numbers is one tensor of rows and columns, or one tensor a column, as clients with named
    columns send it.
    """
    wanted = {tensor.name: tensor for tensor in manifest.tensors}
    by_column = manifest.is_table and NUMBERS not in (item.get("name") for item in inputs)
    if by_column:
        wanted = {item.name: item.tensor for item in manifest.inputs}
    arrays: dict[str, Array] = {}
    used = 0
    for item in inputs:
        name = text(item, "name", "inputs")
        where = f"input {shown(name)}"
        if name not in wanted:
            raise bad_request(f"{where}: one of {_names(manifest)} expected")
        if name in arrays:
            raise bad_request(f"{where} comes twice")
        size = _binary_size(item, where)
        if size is not None and size > len(content) - used:
            raise bad_request(f"{where}: binary_data_size is {size}, {len(content) - used} bytes are left")
        data = None if size is None else content[used : used + size]
        used += size or 0
        arrays[name] = _array(item, data, wanted[name], where)
    if used != len(content):
        raise bad_request(f"The inputs are {used} bytes of data, {len(content)} came")
    if missing := [name for name in wanted if name not in arrays]:
        raise bad_request(f"The input {shown(missing[0])} is missing; {_names(manifest)} expected")
    if by_column:
        return table_of(_stacked(arrays, list(wanted)), manifest)
    return table_of(arrays[NUMBERS], manifest) if manifest.is_table else arrays_of_tensors(arrays, manifest)


def _array(item: dict[str, Any], data: memoryview | None, wanted: Tensor, where: str) -> Array:
    """The array of one input, in the model's datatype."""
    shape = _shape(item, wanted, where)
    datatype = check_datatype(item.get("datatype"), wanted.datatype, where)
    if data is not None:
        array = from_bytes(data, datatype, shape, where)
    elif item.get("data") is not None:
        array = from_json(item["data"], datatype, shape, where)
    else:
        raise bad_request(f"{where}: either data or the parameter binary_data_size expected")
    return converted(array, datatype, wanted.datatype, where).reshape(shape[0], *wanted.shape[1:])


def _shape(item: dict[str, Any], wanted: Tensor, where: str) -> list[int]:
    """The shape, which is the model's with any number of rows; a column may have a second axis of one."""
    shape = item.get("shape")
    if isinstance(shape, list) and shape and all(type(size) is int for size in shape):
        rest = tuple(shape[1:])
        if shape[0] > 0 and (rest == wanted.shape[1:] or (rest == (1,) and wanted.shape == (-1,))):
            if shape[0] > MAX_ROWS:
                raise too_large(
                    f"{where}: at most {MAX_ROWS} rows expected, {shown(shape[0])} came", "too_many_rows"
                )
            return shape
    came = "nothing" if shape is None else f"{shown(shape)}" if not isinstance(shape, list) else _sizes(shape)
    raise bad_request(f"{where}: shape {list(wanted.shape)} (-1: any number of rows) expected, {came} came")


def _sizes(shape: list[Any]) -> str:
    return f"[{', '.join(shown(size) for size in shape[:8])}{', …' if len(shape) > 8 else ''}]"


def _binary_size(item: dict[str, Any], where: str) -> int | None:
    """The number of bytes that the input's data is, or None where it is JSON."""
    size = parameters(item, where).get("binary_data_size")
    if size is None:
        return None
    if type(size) is not int or size < 0:
        raise bad_request(f"{where}: binary_data_size: a whole number expected, {shown(size)} came")
    if item.get("data") is not None:
        raise bad_request(f"{where}: either data or the parameter binary_data_size expected, both came")
    return size


def _stacked(columns: dict[str, Array], names: list[str]) -> Array:
    """One array of rows and columns, in the order of `names`."""
    rows = {len(column) for column in columns.values()}
    if len(rows) > 1:
        raise bad_request(f"The inputs: as many rows in each expected, {min(rows)} and {max(rows)} came")
    return np.stack([columns[name] for name in names], axis=1)


def _names(manifest: Manifest) -> str:
    return ", ".join(tensor.name for tensor in manifest.tensors[:40])
