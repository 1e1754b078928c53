"""Arrays by name become the rows that an estimator takes.

A table of single float64 numbers is one array already. Anything else has one array an input, each row of
which is laid out flat, in the manifest's order: of one dtype where all are numbers, else of objects (a
ColumnTransformer picks its columns by position). scikit-learn takes an image and an array input flat, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .inputs import NUMBERS
from .manifest import Manifest
from .values import array_of


def rows_of(manifest: Manifest, arrays: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """The array (rows, values) for the estimator."""
    if manifest.is_table:
        return arrays[NUMBERS]
    columns = [arrays[item.name] for item in manifest.inputs]
    columns = [column.reshape(len(column), -1) for column in columns]
    return columns[0] if len(columns) == 1 else np.concatenate(columns, axis=1)


def width_of(manifest: Manifest) -> int:
    """How many values a row has."""
    return sum(item.size for item in manifest.inputs)


def example_arrays(manifest: Manifest) -> dict[str, NDArray[Any]]:
    """The arrays of the manifest's examples."""
    rows = [example.instance for example in manifest.examples]
    if manifest.is_table:
        return {NUMBERS: np.array(rows, dtype=np.float64)}
    if item := manifest.lone_array:
        return {item.name: array_of(item, [list(row) for row in rows])}
    return {
        item.name: array_of(item, [row[column] for row in rows])
        for column, item in enumerate(manifest.inputs)
    }
