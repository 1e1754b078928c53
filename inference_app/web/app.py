"""The WSGI application: Flask takes a request apart and builds the response; `Exchange` does the rest."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from ..errors import ApiError
from ..serving.exchange import Exchange
from ..serving.messages import Answer, Request, error_answer, request_id
from .client import client_address
from .routes import register

log = logging.getLogger("inference.web")


def create_app(exchange: Exchange, trusted_proxy_hops: int = 0) -> Flask:
    """The application whose every route is answered by `exchange`."""
    app = Flask(__name__, static_folder=None)

    def adapt(**_: object) -> Response:
        return _response(exchange(_request(trusted_proxy_hops)))

    app.url_map.merge_slashes = app.url_map.strict_slashes = False  # or Flask redirects by itself, in HTML
    register(app, adapt)
    # Whatever Flask would say by itself (404, 405, a redirect) is the contract's answer to that path and
    # method.
    app.register_error_handler(HTTPException, lambda _: adapt())
    app.register_error_handler(Exception, _failed)
    return app


def _request(trusted_proxy_hops: int) -> Request:
    environ = request.environ
    headers = {
        key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key[:5] == "HTTP_"
    }
    headers.setdefault("content-type", environ.get("CONTENT_TYPE", ""))
    return Request(
        method=request.method,
        path=f"/{request.path.lstrip('/')}",
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=request.get_data(cache=False),
        client=client_address(environ, trusted_proxy_hops),
        request_id=request_id(headers.get("x-request-id")),
    )


def _response(reply: Answer) -> Response:
    response = Response(reply.body, reply.status)
    response.headers.clear()
    response.headers.extend(reply.headers)
    response.headers["Content-Length"] = str(len(reply.body))
    return response


def _failed(error: Exception) -> Response:
    """A fault of this module, or a body that cannot be read to its end: still the contract's object."""
    log.error("the adapter failed", exc_info=error)
    refusal = ApiError(500, "internal_error", "The service failed on this request; its log says why")
    return _response(error_answer(refusal, request_id(None)))
