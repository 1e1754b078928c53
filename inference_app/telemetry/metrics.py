"""What a worker counts, into the page that the parent reads: about two microseconds a request.

Every label is bounded: routes are the table's own (what matches none is one label), classes are the
manifest's, codes are the application's; nothing that a client wrote becomes one. All that is counted of a
request is one row of words: by route, status and code the answers in each bucket of duration, and their
seconds. `telemetry/exposition.py` makes the metrics of it.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..models.loaded_model import RowPrediction
from .buckets import SECONDS
from .pages import Page
from .predicted import PredictionCounts

if TYPE_CHECKING:
    from ..models.loaded_model import LoadedModel
    from ..serving.messages import Predicted
    from .note import Note

_SUM = len(SECONDS) + 1  # the word after the buckets' and the one for what is beyond the last


class WorkerMetrics:
    """Counts in `page`, and goes on where a dead worker stopped. Any thread may call it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._words = page.words
        self._lock = threading.Lock()
        self._requests: dict[tuple[str, int, str], int | None] = {}
        self._models: dict[tuple[str, str], PredictionCounts] = {}

    def count(self, notes: Iterable[Note]) -> None:
        """Counts answers, and what they predicted."""
        words = self._words
        with self._lock:
            for note in notes:
                try:
                    first = self._requests[note.route, note.status, note.code]
                except KeyError:
                    first = self._place(note)
                if first is not None:
                    words[first + bisect_left(SECONDS, note.seconds)] += 1
                    words[first + _SUM] += note.seconds
                if note.predicted is not None:
                    counts, prediction = self._counts(note.predicted), note.predicted.prediction
                    if isinstance(prediction, RowPrediction):
                        counts.record_row(prediction)
                    else:
                        counts.record(prediction)

    def loaded(self, model: LoadedModel) -> None:
        """A model was loaded."""
        self._add("model_loads", (model.name, model.version))

    def failed(self, model: str, reason: str) -> None:
        """Loading `model` failed: "unreadable" (it is tried again) or "refused"."""
        self._add("model_load_failures", (model, reason))

    def _place(self, note: Note) -> int | None:
        first = self._page.place("requests", (note.route, str(note.status), note.code), _SUM + 1)
        self._requests[note.route, note.status, note.code] = first
        return first

    def _counts(self, predicted: Predicted) -> PredictionCounts:
        key = predicted.model, predicted.version
        counts = self._models.get(key)
        if counts is None:
            classes = predicted.prediction.classes
            counts = self._models[key] = PredictionCounts(self._page, *key, classes)
        return counts

    def _add(self, kind: str, labels: tuple[str, ...]) -> None:
        with self._lock:
            if (place := self._page.place(kind, labels)) is not None:
                self._words[place] += 1
