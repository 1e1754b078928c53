"""One row of the table: a request, and the status, headers and body that the contract promises for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .asking import Asked, Reply
from .bodies import JSON, Body, Error
from .expect import differences, shown
from .service import Service
from .ways import Feature

OWN_ID = "{own}"  # the runner's own request id, another for each request

# Headers that answers have, or (None) have only where a case says so.
ALWAYS: Mapping[str, Any] = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-model": None,
    "www-authenticate": None,
    "allow": None,
    "retry-after": None,
    "content-encoding": None,
}


@dataclass(frozen=True)
class Case:
    """`headers` by lower-case name: a value or a matcher, None for one that must not be there.

    `request_id` is what goes as X-Request-Id (None: nothing); `comes_back` says whether it must be taken
    over. `before` are asked first, their answers are not looked at. `twin` must be answered alike. `needs`
    names what not every way gives.
    """

    name: str
    asked: Asked
    status: int
    body: Body
    headers: Mapping[str, Any] = field(default_factory=dict)
    needs: frozenset[Feature] = frozenset()
    before: tuple[Asked, ...] = ()
    twin: Asked | None = None
    request_id: str | None = OWN_ID
    comes_back: bool = True

    @property
    def title(self) -> str:
        """Method and path, and what tells it from others of the same."""
        return f"{self.asked.method} {self.asked.path}: {self.name}"

    def differences(self, reply: Reply, request_id: str | None) -> Iterator[str]:
        """A line for everything in `reply` that is not as promised; the status first."""
        if reply.status != self.status:
            yield f"status: {self.status} expected, {reply.status} came ({shown(reply.body)})"
            return
        for name, expected in {**ALWAYS, **self.body.headers(), **self.headers}.items():
            # API Gateway gives some headers another name (api-gateway-known-issues.html).
            came = reply.headers.get(name, reply.headers.get(f"x-amzn-remapped-{name}"))
            if expected is None:
                if came is not None:
                    yield f"header {name}: none expected, {shown(came)} came"
            elif came is None:
                yield f"header {name}: {shown(expected)} expected, none came"
            else:
                yield from differences(expected, came, f"header {name}")
        yield from self._id_differences(reply, request_id)
        yield from self.body.differences(reply)

    def _id_differences(self, reply: Reply, request_id: str | None) -> Iterator[str]:
        came = reply.headers.get("x-request-id")
        if not came:
            yield "header x-request-id: one expected, none came"
        elif self.comes_back and request_id is not None and came != request_id:
            yield f"header x-request-id: {shown(request_id)} expected, {shown(came)} came"
        elif not self.comes_back and came == request_id:
            yield f"header x-request-id: another than {shown(request_id)} expected"


@dataclass(frozen=True)
class LeftOut:
    """What is not asked of this service, and why."""

    name: str
    reason: str


def bearer(service: Service, **more: str) -> dict[str, str]:
    """The header with the token, and others by their names in Python's spelling (content_type)."""
    others = {name.replace("_", "-").title(): value for name, value in more.items()}
    return {"Authorization": f"Bearer {service.token}", **others}


def get(path: str, headers: Mapping[str, str] | None = None, query: str = "") -> Asked:
    """A GET."""
    return Asked("GET", path, query, headers or {})


def post(path: str, document: object, headers: Mapping[str, str] | None = None) -> Asked:
    """A POST of a JSON document, or of these bytes, as application/json."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Asked("POST", path, headers={"Content-Type": JSON, **(headers or {})}, body=body)


def refused(
    name: str, asked: Asked, status: int, code: str, *says: str, needs: frozenset[Feature] = frozenset()
) -> Case:
    """A case that ends in an error; 401 with the challenge that goes with it, 429 and 503 with a time."""
    headers: dict[str, Any] = {}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Case(name, asked, status, Error(code, says), headers, needs)
