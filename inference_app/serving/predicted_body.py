"""What the prediction routes answer with: {"prediction": […], "probability": [[…], …], "model", "version"}.

Numbers are written by orjson, strings as strict_json.py writes them.

Gain: 5.8 ms of processor time for a thousand rows in place of 7.0 (`python -m bench rows`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from .. import strict_json
from ..models.loaded_model import LoadedModel, Prediction, RowPrediction


def body_of(model: LoadedModel, found: Prediction | RowPrediction) -> bytes:
    """The body that tells what `model` found, which is finite; "probability" only where there are any."""
    odds: Any = None
    if isinstance(found, RowPrediction):
        values = [found.value]
        if found.odds is not None:
            odds = [found.odds]
    else:
        values = found.values.tolist()
        if found.probabilities is not None:
            odds = found.probabilities.tolist()
    # The classes of one estimator, bool or str among them, are all of one type.
    written = orjson.dumps(values) if type(values[0]) in (int, float) else strict_json.dump(values)
    probability = b"" if odds is None else b',"probability":' + orjson.dumps(odds)
    return b'{"prediction":' + written + probability + _end(model.name, model.version)


@lru_cache(maxsize=64)
def _end(name: str, version: str) -> bytes:
    return b"," + strict_json.dump({"model": name, "version": version})[1:]
