"""The documents that describe the service: the OpenAPI 3.1 document and the JSON index.

Generic without models; with them each one gets a path of its own with its inputs, ranges, choices and an
example.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import __version__
from ..models.inputs import Choice, Input
from ..models.loaded_model import LoadedModel
from ..models.manifest import Manifest
from ..serving.files import StaticFile
from ..serving.limits import MAX_ROWS
from .openapi_protocol import protocol_paths, protocol_schemas
from .page import page_file, viewer_file

TITLE = "Spot Inference"


class ServiceDocuments:
    """Writes the documents. (serving.services.Documents)"""

    def openapi(self, models: Sequence[LoadedModel] | None) -> dict[str, Any]:
        """The OpenAPI document; `models` None: generic."""
        paths = _paths() | protocol_paths()
        for model in models or ():
            paths[f"/models/{model.name}/predict"] = {"post": _model_predict(model.manifest)}
        return {
            "openapi": "3.1.0",
            "info": {
                "title": TITLE,
                "version": __version__,
                "description": "Predictions of scikit-learn models. Get a token from POST /login first.",
            },
            "servers": [{"url": "/"}],
            "security": [{"bearer": []}],
            "paths": paths,
            "components": {
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
                "schemas": _SCHEMAS | protocol_schemas(),
                "responses": {
                    "Error": {
                        "description": "What was expected and what came",
                        "content": _json({"$ref": "#/components/schemas/Error"}),
                    }
                },
            },
        }

    def index(self) -> dict[str, Any]:
        """The JSON index at /."""
        return {
            "service": TITLE,
            "version": __version__,
            "login": "POST /login",
            "predict": "POST /predict",
            "models": "GET /models",
            "openapi": "GET /openapi.json",
            "health": "GET /healthz",
            "ready": "GET /readyz",
            "docs": "GET /docs",
        }

    def page_file(self, name: str) -> StaticFile | None:
        """A file of the page or of /docs."""
        return page_file(name)

    def viewer_file(self, name: str) -> StaticFile | None:
        """A file of the viewer that /docs uses."""
        return viewer_file(name)


_NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 1}
_SCHEMAS: dict[str, Any] = {
    "Error": {
        "type": "object",
        "required": ["error", "code", "request_id"],
        "properties": {
            "error": {"type": "string"},
            "code": {"type": "string", "pattern": "^[a-z_]+$"},
            "request_id": {"type": "string"},
        },
    },
    "Login": {
        "type": "object",
        "required": ["username", "password"],
        "additionalProperties": False,
        "properties": {
            "username": {"type": "string", "minLength": 1, "maxLength": 128},
            "password": {"type": "string", "minLength": 1, "maxLength": 256, "format": "password"},
        },
    },
    "Token": {
        "type": "object",
        "required": ["access_token", "token_type", "expires_in"],
        "properties": {
            "access_token": {"type": "string"},
            "token_type": {"const": "Bearer"},
            "expires_in": {"type": "integer", "description": "seconds"},
        },
    },
    "Rows": {
        "description": "Rows of numbers, one row as earlier clients send it, or records by input name",
        "oneOf": [
            {
                "type": "object",
                "required": ["instances"],
                "additionalProperties": False,
                "properties": {
                    "instances": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MAX_ROWS,
                        "items": {"oneOf": [_NUMBERS, {"type": "object"}]},
                    }
                },
            },
            *(
                {
                    "type": "object",
                    "required": [form],
                    "additionalProperties": False,
                    "properties": {form: _NUMBERS},
                }
                for form in ("data", "x")
            ),
            {
                "type": "object",
                "description": "one record",
                "not": {"required": ["instances"]},
                "minProperties": 1,
            },
        ],
    },
    "Prediction": {
        "type": "object",
        "required": ["prediction", "model", "version"],
        "properties": {
            "prediction": {"type": "array", "description": "one value a row"},
            "probability": {
                "type": "array",
                "description": "classifiers only: for each row one number a class",
                "items": {"type": "array", "items": {"type": "number", "minimum": 0, "maximum": 1}},
            },
            "model": {"type": "string"},
            "version": {"type": "string"},
        },
    },
}


def _paths() -> dict[str, Any]:
    rows, prediction = {"$ref": "#/components/schemas/Rows"}, {"$ref": "#/components/schemas/Prediction"}
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
    anyone: dict[str, Any] = {"security": []}
    return {
        "/login": {
            "post": anyone
            | _operation(
                "A token for a user",
                {"$ref": "#/components/schemas/Token"},
                body={"$ref": "#/components/schemas/Login"},
                errors=("400", "401", "413", "415", "429", "503"),
            )
        },
        "/predict": {
            "get": _operation(
                "The only one-input model, for one number", {"type": "object", "required": ["prediction"]}
            )
            | {
                "parameters": [
                    {
                        "name": "input",
                        "in": "query",
                        "required": True,
                        "schema": {"type": "number"},
                        "example": 3,
                    }
                ]
            },
            "post": _operation("The default model, for rows", prediction, body=rows),
        },
        "/predict_api": {
            "post": _operation(
                "The default model, for one row; the class as a string",
                {"type": "string"},
                body={"type": "object", "required": ["data"], "properties": {"data": _NUMBERS}},
            )
        },
        "/models": {"get": _operation("Every model", {"type": "object"}, errors=("401", "503"))},
        "/models/{name}": {
            "get": _operation("One model", {"type": "object"}, errors=("401", "404", "503"))
            | {"parameters": [name]}
        },
        "/models/{name}/predict": {
            "post": _operation(
                "One model, for rows", prediction, rows, ("400", "401", "404", "413", "415", "503")
            )
            | {"parameters": [name]}
        },
        "/healthz": {"get": anyone | _operation("The process lives", {"type": "object"}, errors=())},
        "/readyz": {"get": anyone | _operation("Every model is loaded", {"type": "object"}, errors=("503",))},
        "/openapi.json": {"get": anyone | _operation("This document", {"type": "object"}, errors=())},
        "/": {"get": anyone | _operation("Where to go from here", {"type": "object"}, errors=())},
    }


def _model_predict(manifest: Manifest) -> dict[str, Any]:
    example = {"instances": [list(manifest.examples[0].instance)]}
    width = len(manifest.inputs)
    row = {"type": "array", "prefixItems": [_schema(item) for item in manifest.inputs], "items": False}
    rows = [
        row | {"minItems": width, "maxItems": width},
        _record({i.name: _schema(i) for i in manifest.inputs}),
    ]
    if manifest.choices:
        chosen = {name for choice in manifest.choices for name in choice.inputs}
        free = {item.name: _schema(item) for item in manifest.inputs if item.name not in chosen}
        rows.append(_record({choice.name: _choice_schema(choice) for choice in manifest.choices} | free))
    body = {
        "type": "object",
        "required": ["instances"],
        "properties": {
            "instances": {"type": "array", "minItems": 1, "maxItems": MAX_ROWS, "items": {"oneOf": rows}}
        },
    }
    operation = _operation(
        manifest.title, {"$ref": "#/components/schemas/Prediction"}, body, ("400", "401", "413", "415", "503")
    )
    operation["description"] = manifest.description
    operation["requestBody"]["content"]["application/json"]["example"] = example
    return operation


def _record(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _schema(item: Input) -> dict[str, Any]:
    bounds = {"minimum": item.minimum, "maximum": item.maximum}
    return {"type": "number", "description": item.description} | {
        k: v for k, v in bounds.items() if v is not None
    }


def _choice_schema(choice: Choice) -> dict[str, Any]:
    return {"enum": list(choice.values), "description": choice.description}


def _operation(
    summary: str,
    answer: dict[str, Any],
    body: dict[str, Any] | None = None,
    errors: Sequence[str] = ("400", "401", "413", "415", "503"),
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {
            "200": {"description": summary, "content": _json(answer)},
            **{status: {"$ref": "#/components/responses/Error"} for status in errors},
        },
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": _json(body)}
    return operation


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
