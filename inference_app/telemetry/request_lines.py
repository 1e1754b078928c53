"""Requests' log lines, written straight to the descriptor: a tenth of what records through logging take.

A line is what JsonFormatter would write of the same note (a test compares them); what many lines have in
common is kept. What is written at once is less than PIPE_BUF, and so whole: the lines of several workers on
one pipe do not run into each other.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from .note import LONGEST_TRACE, Kind, Note


class RequestLines:
    """Writes to `descriptor`; one thread at a time."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._moment = (-1, "")  # a millisecond, and how its lines begin

    def write(self, notes: Iterable[Note], is_enabled: Callable[[int], bool]) -> None:
        """The lines of the notes whose level is enabled. A reader that went away is no matter of theirs."""
        with contextlib.suppress(OSError):
            together = b""
            for note in notes:
                _, _, _, method, route, status, code, _, predicted = note
                model, version = ("", "") if predicted is None else (predicted.model, predicted.version)
                level, common = _common(method, route, status, code, model, version)
                if not is_enabled(level):
                    continue
                line = self._line(note, common).encode()
                if together and len(together) + len(line) > select.PIPE_BUF:
                    os.write(self._descriptor, together)
                    together = b""
                together += line
            if together:
                os.write(self._descriptor, together)

    def _line(self, note: Note, common: str) -> str:
        now = int(1000 * note.at)
        known, begin = self._moment
        if known != now:
            begin = f'{{"time": "{_second(now // 1000)}.{now % 1000:03}+00:00", '
            self._moment = (now, begin)
        trace = f', "trace_id": {quoted(note.trace_id[:LONGEST_TRACE])}' if note.trace_id else ""
        return (
            f'{begin}{common}, "ms": {_milliseconds(round(1e5 * note.seconds))}, '
            f'"request_id": {quoted(note.request_id)}{trace}}}\n'
        )


@lru_cache(maxsize=2)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


@lru_cache(maxsize=4096)
def _milliseconds(hundredths: int) -> str:
    return repr(hundredths / 100)


@lru_cache(maxsize=512)
def _common(*kind: Any) -> tuple[int, str]:
    kept = Kind(*kind)
    level = logging.getLevelName(kept.level).lower()
    return kept.level, json.dumps({"level": level, "message": "request", **kept.fields})[1:-1]
