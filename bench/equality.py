"""Whether a server predicts what scikit-learn does: rows all over the model's ranges, a request for each."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from . import workloads
from .models import SEED
from .server import Ask

TOLERANCE = 1e-6  # of a probability, absolute; classes must be the same


def equal_rows(
    port: int, ask: Callable[[list[float]], Ask], headers: Mapping[str, str], model: Path, count: int
) -> int:
    """How many of `count` random rows the server on `port` answers as scikit-learn does."""
    inputs = json.loads((model / "manifest.json").read_text())["inputs"]
    low, high = ([item[end] for item in inputs] for end in ("minimum", "maximum"))
    rows = np.random.default_rng(SEED).uniform(low, high, (count, len(inputs)))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    equal = 0
    for row, value, odds in zip(rows.tolist(), *workloads.expected(model, rows), strict=True):
        asked = ask(row)
        connection.request("POST", asked.path, asked.body, headers)
        answer = connection.getresponse()
        content = answer.read()
        equal += answer.status == 200 and _is_equal(*asked.read(json.loads(content)), value, odds)
    connection.close()
    return equal


def _is_equal(
    values: list[Any], probabilities: list[list[float]] | None, value: Any, odds: list[float]
) -> bool:
    close = probabilities is not None and np.allclose(probabilities, [odds], rtol=0, atol=TOLERANCE)
    return values == [value] and bool(close)
