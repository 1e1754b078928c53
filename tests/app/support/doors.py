"""The doors of tests/conformance under the names that the application's tests use."""

from __future__ import annotations

from tests.conformance.asking import Asked, Door, Reply
from tests.conformance.doors import function, wsgi
from tests.conformance.events import alb, http_v2, rest_v1
from tests.conformance.url_door import UrlDoor

__all__ = ["Asked", "Door", "Reply", "alb", "function", "http_v2", "over_socket", "rest_v1", "wsgi"]


def over_socket(port: int) -> Door:
    """A server on this machine."""
    return UrlDoor(f"http://127.0.0.1:{port}", seconds=10)
