"""Short predictions on granian, answered where its requests reach Python, and not in the loop.

granian hands every request, and every body that came, to one thread of its own, which would hand it on to the
loop's thread: Python's lock then changes hands four times for microseconds of work. What is sure to be short
(in_place.py) is answered in that first thread; everything else goes on to the loop (rsgi.py).

Gain: 75 µs of processor time a request in place of 137 (`python -m bench.switches --host granian`);
IN_PLACE=0 switches it off.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, Protocol

from granian._granian import RSGIProtocolClosed as ProtocolClosed

from ..errors import ApiError
from ..serving.exchange import Exchange
from ..serving.messages import Answer, Request
from ..web.wsgi import failed
from .in_place import is_health, is_short
from .limits import refusal
from .rsgi_body import Bodies, Http, Receiving, announced
from .rsgi_messages import Scope, headers_of, headers_to, refused, request_of


class Watcher(Protocol):
    """A request as granian's thread has it."""

    scope: Scope
    proto: Http


class ShortBody(Receiving):
    """The body of a short request on its way. granian calls it, in its own thread, when the body is there;
    the loop calls it when its time is up."""

    __slots__ = ("_headers", "_http", "_requests", "_scope")

    def __init__(self, requests: ShortRequests, scope: Scope, http: Http, headers: dict[str, str]) -> None:
        super().__init__()
        self._requests, self._scope, self._http, self._headers = requests, scope, http, headers

    def __call__(self, body: Any) -> None:
        """Answers, or gives up."""
        self._requests.answer(self, self._scope, self._http, self._headers, body)


class ShortRequests:
    """Takes the short ones among granian's requests. `is_draining` is asked with each answer; what needs keys
    to be read first is answered by `threads`."""

    def __init__(
        self,
        exchange: Exchange,
        bodies: Bodies,
        threads: Executor,
        is_draining: Callable[[], bool],
        trusted_proxy_hops: int,
    ) -> None:
        self._exchange = exchange
        self._bodies = bodies
        self._threads = threads
        self._is_draining = is_draining
        self._trusted_proxy_hops = trusted_proxy_hops

    def take(self, watcher: Watcher) -> bool:
        """Whether the request is a short one; it is then answered as soon as its body is there."""
        scope = watcher.scope
        method, path = scope.method, scope.path  # each look makes a new string
        asks_for_health = is_health(method, path)
        if method != "POST" and not asks_for_health:
            return False
        try:
            headers = headers_of(scope)
        except ApiError:
            return False
        length = announced(headers)
        if asks_for_health and length == 0:
            self._reply(watcher.proto, request_of(scope, headers, b"", self._trusted_proxy_hops))
            return True
        encoding = headers.get("content-encoding")
        if length is None or not is_short(self._exchange.services, method, path, length, encoding):
            return False
        http = watcher.proto
        body: Any = http()
        waiting = ShortBody(self, scope, http, headers)
        self._bodies.add(waiting, body.cancel)
        body.add_done_callback(waiting)
        return True

    def answer(
        self, waiting: ShortBody, scope: Scope, http: Http, headers: dict[str, str], body: Any
    ) -> None:
        """Answers the request whose `body` is there, or late."""
        self._bodies.discard(waiting)
        try:
            if waiting.late:
                self._send(http, refused(self._exchange, scope, refusal(408)), close=True)
                return
            self._reply(http, request_of(scope, headers, body.result(), self._trusted_proxy_hops))
        except ProtocolClosed:
            return  # nobody is there to be answered
        except Exception as error:
            self._send(http, failed(error), close=True)

    def _reply(self, http: Http, request: Request) -> None:
        reply = self._exchange.at_once(request)
        if reply is None:
            self._threads.submit(self._answer_in_thread, http, request)
        else:
            self._send(http, reply, close=self._is_draining())

    def _answer_in_thread(self, http: Http, request: Request) -> None:
        try:
            reply = self._exchange(request)
        except Exception as error:
            reply = failed(error)
        self._send(http, reply, close=self._is_draining())

    def _send(self, http: Http, reply: Answer, *, close: bool) -> None:
        http.response_bytes(reply.status, headers_to(reply, close=close), reply.body)
