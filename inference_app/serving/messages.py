"""A request and an answer on plain values: what every host makes from, and of, its own."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from .. import strict_json
from ..errors import ApiError

REQUEST_ID = re.compile(r"[0-9A-Za-z._-]{8,64}")


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` is decoded, `query` is raw, header names are lower-case, `client` is the trusted
    address."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    client: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `route` is the path's template (for logs and metrics), never sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    route: str = ""

    def header(self, name: str) -> str | None:
        """The value of the header `name`, if it is there."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def request_id(offered: str | None) -> str:
    """The client's X-Request-Id where it is harmless in a log, else a new one."""
    return offered if offered and REQUEST_ID.fullmatch(offered) else uuid.uuid4().hex


def json_answer(
    status: int, value: object, request_id: str, headers: Mapping[str, str] | None = None, route: str = ""
) -> Answer:
    """An answer with `value` as JSON and the headers that every answer has."""
    return Answer(
        status,
        (
            ("Content-Type", "application/json"),
            ("X-Request-Id", request_id),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *(headers or {}).items(),
        ),
        strict_json.dump(value),
        route,
    )


def error_answer(error: ApiError, request_id: str, route: str = "") -> Answer:
    """The one shape that every error has: {"error", "code", "request_id"}."""
    body = {"error": error.message, "code": error.code, "request_id": request_id}
    return json_answer(error.status, body, request_id, error.headers, route)
