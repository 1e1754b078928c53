"""The WSGI application without Flask: every request goes to the Exchange as it is.

Flask adds nothing to an answer (web/app.py leaves routing and errors to the Exchange, too), and its imports
are 110 ms of a function's cold start. The tests compare the two byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..serving.exchange import Exchange
from ..web.wsgi import failed, request_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def without_flask(exchange: Exchange, trusted_proxy_hops: int) -> WSGIApplication:
    """An application for a host that has read the whole body before it asks."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        try:
            decoded = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
            body = environ["wsgi.input"].read()
            reply = exchange(request_of(environ, method, f"/{decoded.lstrip('/')}", body, trusted_proxy_hops))
        except Exception as error:
            reply = failed(error)
        length = ("Content-Length", str(len(reply.body)))
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", [*reply.headers, length])
        return () if method == "HEAD" else (reply.body,)

    return answer
