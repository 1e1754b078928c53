"""The application on granian's RSGI interface: what is not short (rsgi_short.py), by way of a loop in
threads.

The predict routes take the request's bytes to the same Exchange as everywhere; the rest goes through the same
Flask application. The loop itself never waits for an estimator, a hash or a disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from granian._granian import RSGIProtocolClosed as ProtocolClosed

from ..errors import ApiError
from ..serving.messages import Answer, Request
from ..web.wsgi import failed
from . import wsgi_bridge
from .assembly import Application
from .in_place import is_before_flask
from .rsgi_body import Bodies, Http, is_refusal_of_the_body, refuse
from .rsgi_messages import Scope, headers_of, headers_to, refused, request_of


class RsgiApplication:
    """What granian calls with each request. `is_draining` is asked with each answer; the switch is the
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
    ) -> None:
        self._application = application
        self._bodies = bodies
        self._threads = threads
        self._is_draining = is_draining
        self._trusted_proxy_hops = trusted_proxy_hops
        self._fast_path = fast_path

    async def __call__(self, scope: Scope, http: Http) -> None:
        """Answers one request."""
        try:
            close = True
            try:
                reply = await self._answer(scope, http)
                close = self._is_draining()
            except ApiError as error:  # the host's own refusal: of the headers, or of the body
                reply = refused(self._application.exchange, scope, error)
                if is_refusal_of_the_body(error):
                    await refuse(http, reply, headers_to(reply, close=True))
                    return
            except ProtocolClosed:
                return
            except Exception as error:
                reply = failed(error)
            http.response_bytes(reply.status, headers_to(reply, close=close), reply.body)
        except ProtocolClosed:
            return  # nobody is there to be answered

    async def _answer(self, scope: Scope, http: Http) -> Answer:
        headers = headers_of(scope)
        body = await self._bodies.read(http, headers)
        request = request_of(scope, headers, body, self._trusted_proxy_hops)
        loop = asyncio.get_running_loop()
        if self._fast_path and is_before_flask(request.method, request.path):
            return await loop.run_in_executor(self._threads, self._application.exchange, request)
        return await loop.run_in_executor(self._threads, self._by_flask, request)

    def _by_flask(self, request: Request) -> Answer:
        return wsgi_bridge.ask(self._application.flask, request)
