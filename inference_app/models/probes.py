"""The rows by which a prepared form is proven: where a wrong coefficient or threshold cannot hide.

They follow from the manifest's inputs and the prepared form alone, by arithmetic that every machine does
alike (no random generator): each input by itself, thresholds and the numbers beside them in float32 and in
float64, one-hot groups as clients send them, all of it mixed, and at last the extremes; `leaves` adds those
of trees. What lies outside the manifest's ranges no client can ask for, and no row does.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .form import Form
from .inputs import Input
from .leaves import Ranges, distinct
from .manifest import Manifest
from .saved_values import Floats, NotPreparedError

SCHEME = 1  # another way to make the rows or the digest gets another number
MIXED_ROWS = 256
FAR_ROWS = 32
LARGEST = 1e30  # nothing beyond: it would not fit float32
FAR = 1e6  # what stands for an end that the manifest leaves open
USUAL = (0.0, 1.0, -1.0, 0.5, 2.0, 0.001, 10.0, -30.0)
WHOLE = {"int64": 63, "int32": 31, "int16": 15}


class Probes(NamedTuple):
    """The rows as the estimator gets them; the first `near` are not the extremes; the inputs' ranges."""

    rows: NDArray[Any]
    near: int
    ranges: Ranges


def probe_rows(prepared: Form, manifest: Manifest) -> Probes:
    """The rows that prove `prepared`. Raises NotPreparedError for inputs that no prepared form takes."""
    columns = [item for item in manifest.inputs for _ in range(item.size)]
    if len(columns) != prepared.n_features_in_:
        raise NotPreparedError("the manifest has other inputs than the artifact")
    if any(item.datatype == "string" for item in columns):
        raise NotPreparedError("texts have no prepared form")
    ends = np.array([_ends(item) for item in columns])
    thresholds = prepared.thresholds or [np.empty(0)] * len(columns)
    values = [
        _values(item, jumps, prepared.most_rows) for item, jumps in zip(columns, thresholds, strict=True)
    ]
    near = [_alone(values), _one_hot(manifest, len(columns)), _listed(values), _mixed(values, MIXED_ROWS)]
    far = _mixed([distinct(pair) for pair in ends], FAR_ROWS)
    dtype = np.result_type(*{np.dtype(item.datatype) for item in columns})
    whole = np.array([np.dtype(item.datatype).kind != "f" for item in columns])
    rows = np.concatenate([*near, ends.T, far]).astype(dtype)
    return Probes(rows, sum(map(len, near)), Ranges(ends[:, 0], ends[:, 1], whole))


def _ends(item: Input) -> tuple[float, float]:
    if item.values:
        return float(min(item.values)), float(max(item.values))
    low, high = -FAR, FAR
    if item.datatype in WHOLE:
        reach = float(min(2.0 ** WHOLE[item.datatype] - 1, FAR))
        low, high = -reach, reach
    elif item.datatype in ("uint8", "bool"):
        low, high = 0.0, 255.0 if item.datatype == "uint8" else 1.0
    low, high = (end if told is None else told for end, told in ((low, item.minimum), (high, item.maximum)))
    return max(low, -LARGEST), min(high, LARGEST)


def _values(item: Input, thresholds: Floats, most: int) -> Floats:
    """What one input is tried with, in order, each once."""
    if item.values:
        return distinct(np.array(item.values, dtype=np.float64))
    low, high = _ends(item)
    reach = high - low
    inside = [low, low + reach / 4, low + reach / 2, high] if reach <= FAR else []
    values = np.concatenate([USUAL, inside, beside(thresholds)])
    if item.datatype not in ("float64", "float32"):
        values = np.concatenate([np.floor(values), np.ceil(values)])
    elif item.datatype == "float32":
        values = values.astype(np.float32).astype(np.float64)
    values = distinct(values[(values >= low) & (values <= high)])
    if len(values) > most:
        values = values[np.linspace(0, len(values) - 1, most).astype(np.intp)]
    return values if len(values) else np.array([low])


def beside(thresholds: Floats) -> Floats:
    """The thresholds, and the next numbers below and above in float64 and in float32."""
    with np.errstate(over="ignore"):
        single = thresholds.astype(np.float32)
        down, up = np.nextafter(single, np.float32(-np.inf)), np.nextafter(single, np.float32(np.inf))
    below, above = np.nextafter(thresholds, -np.inf), np.nextafter(thresholds, np.inf)
    every = [thresholds, below, above, *(item.astype(np.float64) for item in (single, down, up))]
    values = np.concatenate(every)
    return np.asarray(values[np.isfinite(values)])


def _alone(values: list[Floats]) -> Floats:
    """Each input with each of a few values, the others at the value nearest to 0."""
    rest = np.array([column[np.abs(column).argmin()] for column in values])
    few = [column[:: max(1, len(column) // 3)] for column in values]
    rows = np.repeat(rest[None, :], sum(map(len, few)), axis=0)
    start = 0
    for place, column in enumerate(few):
        rows[start : start + len(column), place] = column
        start += len(column)
    return rows


def _one_hot(manifest: Manifest, width: int) -> Floats:
    """Rows with one input of each group set, every value of every group at least once."""
    places = {item.name: place for place, item in enumerate(manifest.inputs)}
    groups = [[places[name] for name in choice.inputs] for choice in manifest.choices]
    if not groups or len(places) != width:
        return np.empty((0, width))
    rows = np.zeros((4 * max(map(len, groups)), width))
    for salt, group in enumerate(groups):
        picks = (np.arange(len(rows)) * (2 * salt + 1) + np.arange(len(rows)) // len(group)) % len(group)
        picks[: len(group)] = np.arange(len(group))
        rows[np.arange(len(rows)), np.array(group)[picks]] = 1.0
    return rows


def _listed(values: list[Floats]) -> Floats:
    """Every value of every input in some row; the shorter lists start again, each from another place."""
    numbers = np.arange(max(map(len, values)))
    return np.stack([column[(numbers + 7 * j) % len(column)] for j, column in enumerate(values)], axis=1)


def _mixed(values: list[Floats], count: int) -> Floats:
    """Rows in which the inputs' values meet in no order."""
    i, j = np.arange(count, dtype=np.uint64)[:, None], np.arange(len(values), dtype=np.uint64)[None, :]
    mixed = (i + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) ^ (j + np.uint64(1)) * np.uint64(
        0xC2B2AE3D27D4EB4F
    )
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed >>= np.uint64(33)
    return np.stack([column[mixed[:, j] % np.uint64(len(column))] for j, column in enumerate(values)], axis=1)
