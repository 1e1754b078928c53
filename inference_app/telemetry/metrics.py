"""What a worker counts: into the page that the parent reads, for about a microsecond a request.

Every label is bounded: routes are the table's own (what matches none is one label), classes are the
manifest's, codes are the application's; nothing that a client wrote becomes one. All that is counted of a
request is one row of words: by route, status and code the answers in each bucket of duration, and their
seconds. `telemetry/exposition.py` makes the metrics of it.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from typing import TYPE_CHECKING

from .buckets import SECONDS
from .pages import Page
from .predicted import PredictionCounts

if TYPE_CHECKING:
    from ..models.loaded_model import LoadedModel
    from ..serving.messages import Answer, Predicted, Request

_SUM = len(SECONDS) + 1  # the word after the buckets' and the one for what is beyond the last


class WorkerMetrics:
    """Counts in `page`, and goes on where a dead worker stopped. Any thread may call it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._words = page.words
        self._lock = threading.Lock()
        self._requests: dict[tuple[str, int, str], int | None] = {}
        self._models: dict[tuple[str, str], PredictionCounts] = {}

    def record(self, request: Request, answer: Answer, seconds: float) -> None:
        """Counts one answer, and what it predicted."""
        del request  # a client wrote it
        words = self._words
        with self._lock:
            try:
                first = self._requests[answer.route, answer.status, answer.code]
            except KeyError:
                first = self._place(answer)
            if first is not None:
                words[first + bisect_left(SECONDS, seconds)] += 1
                words[first + _SUM] += seconds
            if answer.prediction is not None:
                self._counts(answer.prediction).record(answer.prediction.prediction)

    def loaded(self, model: LoadedModel) -> None:
        """A model was loaded."""
        self._add("model_loads", (model.name, model.version))

    def failed(self, model: str, reason: str) -> None:
        """Loading `model` failed: "unreadable" (it is tried again) or "refused"."""
        self._add("model_load_failures", (model, reason))

    def _place(self, answer: Answer) -> int | None:
        labels = (answer.route, str(answer.status), answer.code)
        first = self._requests[answer.route, answer.status, answer.code] = self._page.place(
            "requests", labels, _SUM + 1
        )
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
