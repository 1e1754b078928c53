"""One request and its answer with what surrounds them, the same on every host and every path through it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..telemetry.logs import log_request
from .answer import answer
from .images import is_surely_quick
from .messages import Answer, Request
from .services import Services

Recorder = Callable[[Request, Answer, float], None]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a host calls with each request.

    `reload_keys` is called (it may do I/O) when a token names a key that is not known, at most once in a
    while; the request is then answered a second time. `record` logs and counts (telemetry/notebook.py).
    """

    services: Services
    reload_keys: Callable[[], None] = lambda: None
    record: Recorder = log_request

    def __call__(self, request: Request) -> Answer:
        """The answer to `request`, logged and counted."""
        started = time.perf_counter()
        reply = answer(request, self.services)
        if reply.status == 401 and self.services.keys.take_wanted():
            self.reload_keys()
            reply = answer(request, self.services)
        self.note(request, reply, time.perf_counter() - started)
        return reply

    def at_once(self, request: Request) -> Answer | None:
        """The same without any I/O, for an event loop. None: keys have to be read first, or an image may be
        large; call again in a thread."""
        if not is_surely_quick(request):
            return None
        started = time.perf_counter()
        reply = answer(request, self.services)
        if reply.status == 401 and self.services.keys.wanted:
            return None
        self.note(request, reply, time.perf_counter() - started)
        return reply

    def note(self, request: Request, reply: Answer, seconds: float) -> None:
        """Logs and counts one answer. A host calls it for what it refuses before there is a request."""
        self.record(request, reply, seconds)
