"""The paths beside predictions: login, health, the models, the documents and the page's files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...models.loaded_model import LoadedModel
from ...serving.describe import summary
from ..page import VIEWER_FILES, page_names
from .objects import TEXT, Json, body, content, list_of, object_of, path_parameter, reference
from .operations import OF_JSON, OF_TOKEN, operation

NAME_RULE: Json = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,62}$"}
_STATUS = object_of({"status": {"enum": ["alive", "ready"]}})
_FILE: Json = {"type": "string"}
_KNOWN = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "the ETag of the file that is there already",
    "schema": TEXT,
}


def service_paths(models: Sequence[LoadedModel] | None) -> Json:
    """The paths, each with its operations; `models` None: generic."""
    name = NAME_RULE if models is None else {"enum": [model.name for model in models]}
    listed = None if models is None else {"the models": models_example(models)}
    described = None if not models else {models[0].name: model_example(models[0])}
    return {
        "/login": {"post": _login()},
        "/models": {
            "get": operation(
                "Models", "listModels", "Every model", content(reference("Models"), listed), OF_TOKEN
            )
        },
        "/models/{name}": {
            "parameters": [path_parameter("name", name, "a model's name")],
            "get": operation(
                "Models",
                "describeModel",
                "One model: inputs, output, examples, training",
                content(reference("ModelDetails"), described),
                (*OF_TOKEN, "unknown_model"),
                headers=("X-Model",),
            ),
        },
        "/healthz": {
            "get": operation(
                "Health",
                "isAlive",
                "The process lives",
                content(_STATUS, {"alive": {"status": "alive"}}),
                public=True,
            )
        },
        "/readyz": {
            "get": operation(
                "Health",
                "isReady",
                "Every model is loaded and the process is not being stopped",
                content(_STATUS, {"ready": {"status": "ready"}}),
                ("not_ready", "draining"),
                public=True,
            )
        },
        "/openapi.json": {
            "get": operation(
                "Documents",
                "getDocument",
                "This document; with a token completed by the models' inputs, ranges and examples",
                content({"type": "object"}),
                security=[{}, {"bearer": []}],
            )
        },
        "/": {
            "get": _file(
                "getIndex",
                "Where to go from here (JSON), or the page for browsers (Accept: text/html)",
                content(object_of({"service": TEXT, "version": TEXT})) | content(_FILE, kind="text/html"),
            )
        },
        "/docs": {
            "get": _file("getDocs", "The page that shows this document", content(_FILE, kind="text/html"))
        },
        "/static/{name}": _named_file("getStaticFile", "A file of the page", page_names()),
        "/docs/{name}": _named_file("getViewerFile", "A file of the viewer at /docs", VIEWER_FILES),
    }


def models_example(models: Sequence[LoadedModel]) -> Any:
    """What GET /models answers, cut to what tells the models apart."""
    return {"default_model": models[0].name, "models": [summary(model) for model in models]}


def model_example(model: LoadedModel) -> Any:
    """What GET /models/{name} answers, with one example."""
    document = model.manifest.document
    return summary(model) | {"examples": document["examples"][:1], "training": document["training"]}


def _login() -> Json:
    return operation(
        "Login",
        "logIn",
        "A token for a user",
        content(
            reference("Token"),
            {"token": {"access_token": "eyJ…", "token_type": "Bearer", "expires_in": 3600}},
        ),
        (*OF_JSON, "invalid_input", "unauthorized", "throttled", "busy", "not_ready"),
        public=True,
        description="Send the token with every other request: `Authorization: Bearer <access_token>`.",
        requestBody=body(content(reference("Login"), {"a pair": {"username": "demo", "password": "…"}})),
    )


def _named_file(identity: str, summary: str, names: Sequence[str]) -> Json:
    kinds = ("text/html", "text/javascript", "text/css", "image/svg+xml")
    answer = {kind: media for name in kinds for kind, media in content(_FILE, kind=name).items()}
    return {
        "parameters": [path_parameter("name", {"enum": list(names)}, "a file's name")],
        "get": _file(identity, summary, answer, ("not_found",)),
    }


def _file(identity: str, summary: str, answer: Json, codes: Sequence[str] = ()) -> Json:
    file = operation("Documents", identity, summary, answer, codes, public=True, parameters=[_KNOWN])
    file["responses"]["304"] = {
        "description": "If-None-Match names the file as it is",
        "headers": {"ETag": {"required": True, "schema": TEXT}},
    }
    return file


def service_schemas() -> Json:
    """The schemas by name."""
    summary: Json = {
        "name": TEXT,
        "version": TEXT,
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "of the artifact"},
        "title": TEXT,
        "description": TEXT,
        "scikit_learn": TEXT,
        "inputs": list_of(reference("ModelInput"), minItems=1),
        "choices": list_of(
            object_of(
                {"name": TEXT, "description": TEXT, "values": {"type": "array"}, "inputs": list_of(TEXT)}
            )
        )
        | {"description": "groups of inputs of which one is 1: records may name the group instead"},
        "output": object_of(
            {
                "name": TEXT,
                "kind": {"enum": ["class", "number"]},
                "classes": {"type": "array"},
                "labels": {"type": "array"},
            },
            ("name", "kind"),
        ),
    }
    required = [name for name in summary if name != "choices"]
    details = {
        "examples": list_of(object_of({"instance": {"type": "array"}, "prediction": {}}), minItems=1),
        "training": {"type": "object"},
    }
    return {
        "Login": object_of(
            {
                "username": {"type": "string", "minLength": 1, "maxLength": 128},
                "password": {"type": "string", "minLength": 1, "maxLength": 256, "format": "password"},
            },
            closed=True,
        ),
        "Token": object_of(
            {
                "access_token": TEXT,
                "token_type": {"const": "Bearer"},
                "expires_in": {"type": "integer", "minimum": 1, "description": "seconds"},
            }
        ),
        "ModelInput": object_of(
            {
                "name": TEXT,
                "kind": {"enum": ["number", "string", "category", "image"]},
                "description": TEXT,
                "datatype": TEXT,
                "minimum": {"type": "number"},
                "maximum": {"type": "number"},
                "shape": list_of({"type": "integer", "minimum": 1}),
            },
            ("name", "kind"),
        ),
        "Model": object_of(summary, required),
        "ModelDetails": object_of(summary | details, [*required, *details]),
        "Models": object_of({"default_model": TEXT, "models": list_of(reference("Model"))}),
    }
