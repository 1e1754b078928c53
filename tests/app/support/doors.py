"""The doors of tests/conformance under the names that the application's tests use."""

from __future__ import annotations

from tests.conformance.asking import Asked, Door, Reply
from tests.conformance.doors import function, wsgi
from tests.conformance.events import CLIENT, alb, http_v2, reply_of, rest_v1
from tests.conformance.url_door import UrlDoor

__all__ = [
    "CLIENT",
    "Asked",
    "Door",
    "Reply",
    "alb",
    "function",
    "http_v2",
    "over_socket",
    "reply_of",
    "rest_v1",
    "wsgi",
]


def over_socket(port: int) -> Door:
    """A server on this machine."""

    def ask(asked: Asked) -> Reply:
        with UrlDoor(f"http://127.0.0.1:{port}", seconds=10) as door:
            return door(asked)

    return ask
