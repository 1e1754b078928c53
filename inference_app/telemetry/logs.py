"""Log lines: a JSON object each, readable text on a terminal; never a token, password or input."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from .note import Note, note_of
from .repeats import NoRepeats
from .request_lines import RequestLines

if TYPE_CHECKING:
    from ..serving.messages import Answer, Request

requests_log = logging.getLogger("inference.requests")
_lines: RequestLines | None = None  # where request lines go by the short way; None: through logging


def start_logging(level: str, stream: TextIO | None = None) -> None:
    """Sends the application's log to `stream` (default: standard output), from `level` up."""
    global _lines
    out = stream or sys.stdout
    handler = logging.StreamHandler(out)
    handler.setFormatter(TextFormatter() if out.isatty() else JsonFormatter())
    handler.addFilter(NoRepeats())
    _lines = None
    if not out.isatty():
        with contextlib.suppress(io.UnsupportedOperation):
            _lines = RequestLines(out.fileno())
    for name in ("inference", "waitress", "_granian"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level.upper() if name == "inference" else logging.WARNING)
        logger.propagate = False
    # "Task queue depth" for every request that has to wait: 17 % of the CPU under load.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def log_request(request: Request, answer: Answer, seconds: float) -> None:
    """One line for one request, at once."""
    log_notes((note_of(request, answer, seconds),))


def log_notes(notes: Iterable[Note]) -> None:
    """One line for each request."""
    if _lines is not None:
        _lines.write(notes, requests_log.isEnabledFor)
        return
    for note in notes:
        kind = note.kind
        extra = {"fields": kind.fields | note.own, "at": note.at}
        requests_log.log(kind.level, "request", extra=extra)


class JsonFormatter(logging.Formatter):
    """{"time", "level", "message", …}: the fields of a record follow, a traceback is one string."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(_at(record), UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class TextFormatter(logging.Formatter):
    """12:00:01 info    message key=value …, of a request 12:00:01 info    POST /predict 200 0.9 ms …"""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text; a traceback takes lines of its own."""
        when = datetime.fromtimestamp(_at(record)).strftime("%H:%M:%S")
        fields = dict(getattr(record, "fields", {}))
        message = record.getMessage()
        if "method" in fields:
            method, route, status, ms = (fields.pop(key, "?") for key in ("method", "route", "status", "ms"))
            message = f"{method} {route} {status} {ms} ms"
        rest = " ".join(f"{key}={value}" for key, value in fields.items())
        line = f"{when} {record.levelname.lower():<7} {message} {rest}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _at(record: logging.LogRecord) -> float:
    """When it happened; a request's line is written a little later."""
    return float(getattr(record, "at", record.created))
