"""What one model predicted, counted into a page: rows by class, and how sure the model was of each."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .buckets import CONFIDENCE
from .pages import Page

if TYPE_CHECKING:
    from ..models.loaded_model import Prediction, RowPrediction

_SUM = len(CONFIDENCE) + 1  # the word after the buckets' and the one for what is beyond the last


class PredictionCounts:
    """One model and version in `page`. One thread at a time may call it."""

    def __init__(self, page: Page, model: str, version: str, classes: tuple[Any, ...] | None) -> None:
        self._words = page.words
        self._rows = None if classes else page.place("rows", (model, version))
        self._classes: dict[Any, int] = {}  # the manifest's classes, never a value that is in none
        for value in classes or ():
            if (place := page.place("classes", (model, version, class_label(value)))) is not None:
                self._classes[value] = place
        self._confidence = page.place("confidence", (model, version), _SUM + 1) if classes else None

    def record_row(self, prediction: RowPrediction) -> None:
        """Counts the row of `prediction`."""
        words = self._words
        if self._rows is not None:
            words[self._rows] += 1
        elif (place := self._classes.get(prediction.value)) is not None:
            words[place] += 1
        if prediction.odds is not None and (first := self._confidence) is not None:
            top = max(prediction.odds)
            words[first + bisect_left(CONFIDENCE, top)] += 1
            words[first + _SUM] += top

    def record(self, prediction: Prediction) -> None:
        """Counts every row of `prediction`."""
        values, probabilities = prediction.values, prediction.probabilities
        words = self._words
        if self._rows is not None:
            words[self._rows] += len(values)
        else:
            for value, count in Counter(values.tolist()).items():
                if (place := self._classes.get(value)) is not None:
                    words[place] += count
        if probabilities is None or (first := self._confidence) is None:
            return
        tops = probabilities.max(axis=1)
        for bucket, count in enumerate(np.bincount(np.searchsorted(CONFIDENCE, tops)).tolist()):
            words[first + bucket] += count
        words[first + _SUM] += float(tops.sum())


def class_label(value: Any) -> str:
    """A class as a label: text as it is, everything else as JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value)
