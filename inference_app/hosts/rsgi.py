"""The application on granian's RSGI interface: short predictions in the loop, everything else in threads.

The predict routes take the request's bytes to the same Exchange as everywhere; the rest goes through the same
Flask application. The loop itself never waits for an estimator, a hash or a disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any, Protocol

from granian._granian import RSGIProtocolClosed as ProtocolClosed

from ..errors import ApiError
from ..serving.messages import Answer, Request, error_answer, request_id
from ..web.client import last_hop
from ..web.wsgi import failed
from . import wsgi_bridge
from .assembly import Application
from .in_place import PREDICT_PATH, is_short
from .limits import MAX_HEADER_BYTES, refusal
from .rsgi_body import Bodies, Http, is_refusal_of_the_body, refuse

NO_NAME = ("Server", "")  # granian would write its own
CLOSE = ("Connection", "close")


class Scope(Protocol):
    """A request as granian describes it (its RSGI specification, 1.6)."""

    proto: str
    client: str
    method: str
    path: str
    query_string: str
    headers: Any


class RsgiApplication:
    """What granian calls with each request. `is_draining` is asked with each answer; the switches are the
    settings' own."""

    def __init__(
        self,
        application: Application,
        bodies: Bodies,
        threads: Executor,
        is_draining: Callable[[], bool],
        *,
        trusted_proxy_hops: int,
        fast_path: bool,
        in_place: bool,
    ) -> None:
        self._application = application
        self._bodies = bodies
        self._threads = threads
        self._is_draining = is_draining
        self._trusted_proxy_hops = trusted_proxy_hops
        self._fast_path = fast_path
        self._in_place = in_place

    async def __call__(self, scope: Scope, http: Http) -> None:
        """Answers one request."""
        try:
            try:
                reply = await self._answer(scope, http)
            except ApiError as error:  # the host's own refusal: of the headers, or of the body
                reply = self._refused(scope, error)
                headers = [*reply.headers, NO_NAME, CLOSE]
                if is_refusal_of_the_body(error):
                    await refuse(http, reply, headers)
                    return
            except ProtocolClosed:
                return
            except Exception as error:
                reply = failed(error)
                headers = [*reply.headers, NO_NAME, CLOSE]
            else:
                headers = [*reply.headers, NO_NAME]
                if self._is_draining():
                    headers.append(CLOSE)
            http.response_bytes(reply.status, headers, reply.body)
        except ProtocolClosed:
            return  # nobody is there to be answered

    async def _answer(self, scope: Scope, http: Http) -> Answer:
        headers = _headers(scope)
        request = Request(
            method=scope.method,
            path=scope.path,
            query=scope.query_string,
            headers=headers,
            body=await self._bodies.read(http, headers),
            client=self._client(scope, headers),
            request_id=request_id(headers.get("x-request-id")),
        )
        if self._in_place and is_short(
            self._application.services,
            request.method,
            request.path,
            len(request.body),
            headers.get("content-encoding"),
        ):
            reply = self._application.exchange.at_once(request)
            if reply is not None:
                return reply
        loop = asyncio.get_running_loop()
        if self._fast_path and request.method == "POST" and PREDICT_PATH.fullmatch(request.path):
            return await loop.run_in_executor(self._threads, self._application.exchange, request)
        return await loop.run_in_executor(self._threads, wsgi_bridge.ask, self._application.app, request)

    def _client(self, scope: Scope, headers: Mapping[str, str]) -> str:
        """As web/client.py has it."""
        seen = last_hop(headers.get("x-forwarded-for", "")) if self._trusted_proxy_hops else ""
        return seen or scope.client.rpartition(":")[0]

    def _refused(self, scope: Scope, error: ApiError) -> Answer:
        reply = error_answer(error, request_id(scope.headers.get("x-request-id")))
        identity = reply.header("X-Request-Id") or ""
        self._application.exchange.note(Request(scope.method, "", "", {}, b"", "", identity), reply, 0.0)
        return reply


def _headers(scope: Scope) -> dict[str, str]:
    """The headers by lower-case name, equal ones joined. Names with an underscore are left out: WSGI could
    not tell them from those with a hyphen. Raises ApiError 431."""
    headers: dict[str, str] = {"content-type": ""}
    size = 0
    for name, value in scope.headers.items():
        size += len(name) + len(value) + 4
        if "_" in name:
            continue
        headers[name] = f"{headers[name]}, {value}" if headers.get(name) else value
    if size >= MAX_HEADER_BYTES:
        raise refusal(431)
    return headers
