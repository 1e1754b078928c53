"""Says a thing once: a failure that is tried again every few seconds is a line, and one every minute."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

AGAIN_SECONDS = 60.0
KNOWN = 256  # different lines that are remembered


class NoRepeats(logging.Filter):
    """Lets a warning or an error through when the same one was not let through a moment ago."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` is news. A traceback always is: it may be another one."""
        if record.levelno < logging.WARNING or record.exc_info:
            return True
        key = record.name, record.getMessage()
        with self._lock:
            now = self._clock()
            if now - self._said.get(key, float("-inf")) < AGAIN_SECONDS:
                return False
            if len(self._said) >= KNOWN:
                self._said.clear()
            self._said[key] = now
        return True
