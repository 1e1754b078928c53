"""From what granian hands over to a Request, and from an Answer to what granian sends."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any, Protocol

from ..errors import ApiError
from ..serving.exchange import Exchange
from ..serving.messages import Answer, Request, error_answer, request_id
from ..web.client import last_hop
from .limits import MAX_HEADER_BYTES, refusal

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


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers by lower-case name, equal ones joined. Names with an underscore are left out: WSGI could
    not tell them from those with a hyphen. Raises ApiError 431."""
    items: list[tuple[str, str]] = scope.headers.items()
    headers = dict(items)
    names = "".join(headers)
    if len(headers) == len(items) and "_" not in names:
        size = len(names) + len("".join(headers.values()))
    else:
        size = len("".join(chain.from_iterable(items)))
        headers = {}
        for name, value in items:
            if "_" not in name:
                headers[name] = f"{headers[name]}, {value}" if headers.get(name) else value
    if 4 * len(items) + size >= MAX_HEADER_BYTES:
        raise refusal(431)
    headers.setdefault("content-type", "")
    return headers


def request_of(scope: Scope, headers: Mapping[str, str], body: bytes, trusted_proxy_hops: int) -> Request:
    """The request in `scope`; the client's address as web/client.py has it."""
    seen = last_hop(headers.get("x-forwarded-for", "")) if trusted_proxy_hops else ""
    return Request(
        scope.method,
        scope.path,
        scope.query_string,
        headers,
        body,
        seen or scope.client.rpartition(":")[0],
        request_id(headers.get("x-request-id")),
    )


def refused(exchange: Exchange, scope: Scope, error: ApiError) -> Answer:
    """What the host itself answers to `scope`, before there is a Request; noted."""
    identity = request_id(scope.headers.get("x-request-id"))
    reply = error_answer(error, identity)
    exchange.note(Request(scope.method, "", "", {}, b"", "", identity), reply, 0.0)
    return reply


def headers_to(reply: Answer, *, close: bool) -> list[tuple[str, str]]:
    """The headers that granian sends with `reply`; `close`: the last one on its connection."""
    return [*reply.headers, NO_NAME, CLOSE] if close else [*reply.headers, NO_NAME]
