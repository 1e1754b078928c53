"""Where requests leave their notes, to be logged and counted a little later.

A log line takes 9 µs when each request writes its own, half of that where many are written together (`python
-m bench.metrics_cost`), and more on a host, where its code has left the processor's cache by then. So a
request only leaves a note; every 32nd, or a thread after a quarter of a second, works up what has come
together. A process that is killed takes the notes of that quarter of a second with it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from ..models.loaded_model import Prediction
from .logs import log_notes
from .metrics import WorkerMetrics
from .note import Note, note_of

if TYPE_CHECKING:
    from ..serving.messages import Answer, Predicted, Request
    from .pages import Page

log = logging.getLogger("inference.telemetry")

TOGETHER = 32
LATEST_SECONDS = 0.25
FEW_ROWS = 8  # a prediction of more is not kept waiting: its arrays may be large


class Notebook:
    """The notes of one worker; counted into `page` where there is one. Any thread may call it."""

    def __init__(self, page: Page | None = None) -> None:
        self.metrics = None if page is None else WorkerMetrics(page)
        self._notes: deque[Note] = deque()
        self._lock = threading.Lock()

    def note(self, request: Request, answer: Answer, seconds: float) -> None:
        """Leaves a note of one answer."""
        notes = self._notes
        notes.append(note_of(request, answer, seconds))
        if len(notes) >= TOGETHER or (answer.prediction is not None and _is_large(answer.prediction)):
            self.work_up()

    def work_up(self) -> None:
        """Logs and counts every note there is."""
        with self._lock:
            take = self._notes.popleft
            notes = [take() for _ in range(len(self._notes))]  # one thread at a time takes; any may add
            if not notes:
                return
            try:
                log_notes(notes)
                if self.metrics is not None:
                    self.metrics.count(notes)
            except Exception:  # whatever it is, the request that happened to work them up has its answer
                log.exception("notes of requests are lost")

    def start(self) -> None:
        """From now on no note waits for longer than LATEST_SECONDS."""
        threading.Thread(target=self._keep_up, name="notebook", daemon=True).start()

    def _keep_up(self) -> None:
        while True:
            time.sleep(LATEST_SECONDS)
            self.work_up()


def _is_large(predicted: Predicted) -> bool:
    prediction = predicted.prediction
    return isinstance(prediction, Prediction) and len(prediction.values) > FEW_ROWS
