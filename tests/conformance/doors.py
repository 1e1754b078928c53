"""The doors of the application in this process; a server's door is url_door.UrlDoor."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import unquote_to_bytes

from werkzeug.test import Client

from inference_app.hosts.assembly import Application
from inference_app.hosts.lambda_handler import make_handler

from .asking import Asked, Door, Reply
from .events import CLIENT, Event, reply_of


def wsgi(application: Application) -> Door:
    """The WSGI application itself."""

    def ask(asked: Asked) -> Reply:
        response = Client(application.app).open(
            path="/",
            method=asked.method,
            query_string=asked.query,
            headers=dict(asked.headers),
            input_stream=BytesIO(asked.body),
            content_length=len(asked.body),
            environ_base={"REMOTE_ADDR": CLIENT},
            environ_overrides={"PATH_INFO": unquote_to_bytes(asked.path).decode("latin-1")},
        )
        return Reply(
            response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.get_data()
        )

    return ask


def function(application: Application, event: Event) -> Door:
    """The Lambda door, with events of one shape."""
    handle = make_handler(application)

    def ask(asked: Asked) -> Reply:
        return reply_of(handle(event(asked), None))

    return ask
