"""A request and an answer on plain values: what every host makes from, and of, its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import getrandbits
from typing import TYPE_CHECKING

from .. import strict_json
from ..errors import ApiError

if TYPE_CHECKING:
    from ..models.loaded_model import Prediction, RowPrediction

REQUEST_ID = re.compile(r"[0-9A-Za-z._-]{8,64}")


# Not frozen, which costs a microsecond for each one made; nobody changes them but answer(), its own.
@dataclass(slots=True)
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


@dataclass(slots=True)
class Predicted:
    """What an answer predicted, and which model did: logs and metrics look here and parse no body."""

    model: str
    version: str
    prediction: Prediction | RowPrediction


@dataclass(slots=True)
class Answer:
    """One answer. For logs and metrics, never sent: `route` is the path's template, `prediction` what it
    predicted, `code` an error's code."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    route: str = ""
    prediction: Predicted | None = None
    code: str = ""

    def header(self, name: str) -> str | None:
        """The value of the header `name`, if it is there."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def request_id(offered: str | None) -> str:
    """The client's X-Request-Id where it is harmless in a log, else a new one."""
    return offered if offered and REQUEST_ID.fullmatch(offered) else getrandbits(128).to_bytes(16).hex()


def json_answer(
    status: int,
    value: object,
    request_id: str,
    headers: Mapping[str, str] | None = None,
    route: str = "",
    *,
    code: str = "",
) -> Answer:
    """An answer with `value` as JSON and the headers that every answer has."""
    every = base_headers("application/json", request_id, headers)
    return Answer(status, every, strict_json.dump(value), route, code=code)


def base_headers(
    content_type: str, request_id: str, more: Mapping[str, str] | None = None
) -> tuple[tuple[str, str], ...]:
    """The headers that every answer has, and `more`."""
    return (
        ("Content-Type", content_type),
        ("X-Request-Id", request_id),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        *(more or {}).items(),
    )


def error_answer(error: ApiError, request_id: str, route: str = "") -> Answer:
    """The one shape that every error has: {"error", "code", "request_id"}."""
    body = {"error": error.message, "code": error.code, "request_id": request_id}
    return json_answer(error.status, body, request_id, error.headers, route, code=error.code)
