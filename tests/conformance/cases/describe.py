"""The index, liveness, readiness, the OpenAPI document: what anyone may ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..asking import Asked, Reply
from ..bodies import Body, Empty, Json
from ..case import Case, LeftOut, bearer, get, refused
from ..expect import A, Having, Text
from ..service import Service
from ..ways import Feature

INDEX = Json(Having({"service": A(str), "version": A(str), "login": "POST /login", "models": "GET /models"}))
UNLIKE_A_WORD = re.compile(r"[_0-9]")  # names that stand in a generic document only if they were put there
OPENAPI: dict[str, Any] = {
    "openapi": Text(r"3\.1\.\d+"),
    "info": Having({"title": A(str), "version": A(str)}),
}


@dataclass(frozen=True)
class Generic(Json):
    """A document in which none of these words stands: who has no token learns no input's name."""

    absent: tuple[str, ...] = ()

    def differences(self, reply: Reply) -> Iterator[str]:
        """A line for each word that stands there, too."""
        yield from super().differences(reply)
        for word in self.absent:
            if f'"{word}"'.encode() in reply.body:
                yield f"body: nothing about {word!r} expected without a token, it is there"


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """Every route without a token, and the one that tells more with one."""
    alive, ready = Json({"status": "alive"}), Json({"status": "ready"})
    yield Case("as JSON", get("/", {"Accept": "application/json"}), 200, INDEX)
    yield Case("as curl asks", get("/", {"Accept": "*/*"}), 200, INDEX)
    yield Case("by HEAD", Asked("HEAD", "/"), 200, Empty(INDEX))
    yield Case("lives", get("/healthz"), 200, alive)
    yield Case("lives, by HEAD", Asked("HEAD", "/healthz"), 200, Empty(alive))
    yield Case("lives, with a query", get("/healthz", query="a=1&a=2"), 200, alive)
    yield Case("lives, with a token", get("/healthz", bearer(service)), 200, alive)
    double = frozenset({Feature.ODD_PATH})
    yield Case("a slash too many", get("//healthz"), 200, alive, needs=double)
    yield Case("is ready", get("/readyz"), 200, ready)
    yield Case("is ready, by HEAD", Asked("HEAD", "/readyz"), 200, Empty(ready))
    yield from _documents(service)
    yield refused("on the main port", get("/metrics"), 404, "not_found")
    yield refused("on the main port, with a token", get("/metrics", bearer(service)), 404, "not_found")


def _documents(service: Service) -> Iterator[Case]:
    names = {item["name"] for model in service.models.values() for item in model.inputs}
    telling = sorted(name for name in names if UNLIKE_A_WORD.search(name))
    paths = tuple(model.path for model in service.models.values())
    generic = Generic(Having(OPENAPI), absent=(*telling, *paths))
    complete: Body = Json(
        Having({**OPENAPI, "paths": Having({path: Having({"post": A(dict)}) for path in paths})})
    )
    bad = {"Authorization": "Bearer no.such.token"}
    yield Case("generic", get("/openapi.json"), 200, generic)
    yield Case("generic, by HEAD", Asked("HEAD", "/openapi.json"), 200, Empty(generic))
    yield Case("generic with a bad token", get("/openapi.json", bad), 200, generic)
    yield Case("complete with a token", get("/openapi.json", bearer(service)), 200, complete)
