"""GET /models and GET /models/{name}: what is served, as the manifests say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..asking import Asked
from ..bodies import Empty, Json
from ..case import Case, LeftOut, bearer, get, refused
from ..expect import A, Each, Having, Text
from ..service import Model, Service
from ..ways import Feature

SUMMARY = ("name", "version", "sha256", "title", "description", "scikit_learn", "inputs", "choices", "output")
DESCRIBED: dict[str, Any] = {
    "sha256": Text("[0-9a-f]{64}"),
    "scikit_learn": Text(r"\d+\.\d+.*"),
    "title": A(str),
    "description": A(str),
    "inputs": Each(Having({"name": A(str), "kind": Text("number|string|category|image")})),
    "examples": Each(A(dict)),
    "artifact": None,  # the file's name and address are nobody's business
    "uri": None,
}


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """The list, each model, unknown names."""
    auth = bearer(service)
    summaries = [
        {key: model.described[key] for key in SUMMARY if key in model.described}
        for model in service.models.values()
    ]
    listed = Json({"default_model": service.default, "models": summaries})
    yield Case("all", get("/models", auth), 200, listed)
    yield Case("all, by HEAD", Asked("HEAD", "/models", headers=auth), 200, Empty(listed))
    for model in service.models.values():
        yield from _described(model, auth)
    yield refused("unknown", get("/models/no-such-model", auth), 404, "unknown_model", "no-such-model")
    yield refused("a name no model can have", get("/models/%20", auth), 404, "unknown_model")
    odd = frozenset({Feature.ODD_PATH})
    yield refused("no name", get("/models/", auth), 404, "not_found", needs=odd)
    yield refused("a slash too many", get(f"/models/{service.default}/", auth), 404, "not_found", needs=odd)


def _described(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    path = f"/models/{model.name}"
    body = Json(Having({"name": model.name, "version": model.version, **DESCRIBED}))
    label = {"x-model": model.label}
    yield Case("described", get(path, auth), 200, body, label)
    yield Case("described, by HEAD", Asked("HEAD", path, headers=auth), 200, Empty(body), label)
