"""The WSGI application: Flask takes a request apart and builds the response; `Exchange` does the rest."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from ..serving.exchange import Exchange
from ..serving.messages import Answer, Request
from .routes import register
from .wsgi import failed, request_of


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
    path = f"/{request.path.lstrip('/')}"
    return request_of(
        request.environ, request.method, path, request.get_data(cache=False), trusted_proxy_hops
    )


def _response(reply: Answer) -> Response:
    response = Response(reply.body, reply.status)
    response.headers.clear()
    response.headers.extend(reply.headers)
    response.headers["Content-Length"] = str(len(reply.body))
    return response


def _failed(error: Exception) -> Response:
    return _response(failed(error))
