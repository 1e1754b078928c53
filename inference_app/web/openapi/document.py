"""The whole OpenAPI 3.1 document: generic, or completed by the manifests of the models that are served."""

from __future__ import annotations

from collections.abc import Sequence

from ... import __version__
from ...models.loaded_model import LoadedModel
from .errors import error_examples, error_schema, refusals_anywhere
from .objects import TEXT, Json
from .predicting import predicting_paths, predicting_schemas
from .protocol import protocol_paths, protocol_schemas
from .service import service_paths, service_schemas

_INTRODUCTION = """Predictions of scikit-learn models.

Get a token from `POST /login`, then send it with every request: `Authorization: Bearer <token>`.
With a token this document names the models, their inputs and examples; without one it is generic.

Every error has the same shape, `{"error": "<sentence>", "code": "<code>", "request_id": "…"}`;
the schema `Error` lists the codes.
"""
_TAGS = {
    "Login": "A token for a name and a password.",
    "Predictions": "Rows or an image in, values and probabilities out.",
    "Models": "What is served.",
    "Open Inference Protocol": "The same models for clients of V2 (KServe, Triton): JSON or binary tensors.",
    "Health": "For balancers and people.",
    "Documents": "The page at /, this document and what shows it.",
}


def document(title: str, models: Sequence[LoadedModel] | None, default: str | None) -> Json:
    """The document; `models` None: generic."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": __version__,
            "description": _INTRODUCTION,
        },
        "security": [{"bearer": []}],
        "tags": [{"name": name, "description": description} for name, description in _TAGS.items()],
        "paths": predicting_paths(models, default) | protocol_paths(models) | service_paths(models),
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "the access_token of POST /login",
                }
            },
            "headers": {
                "X-Request-Id": {
                    "description": "names the request in logs",
                    "required": True,
                    "schema": TEXT,
                },
                "X-Model": {
                    "description": "`<name>;<version>;<first 12 digits of the artifact's SHA-256>`",
                    "required": True,
                    "schema": {"type": "string", "pattern": "^[a-z0-9_-]+;[^;]+;[0-9a-f]{12}$"},
                },
            },
            "examples": error_examples(),
            "responses": refusals_anywhere(),
            "schemas": {"Error": error_schema()}
            | service_schemas()
            | predicting_schemas(models)
            | protocol_schemas(models),
        },
    }
