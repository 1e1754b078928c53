"""The routes that describe: which models there are, whether the service lives, and whether it is ready."""

from __future__ import annotations

from typing import Any

from ..errors import ApiError, unavailable
from ..models.loaded_model import LoadedModel
from .messages import Answer, Request, json_answer
from .predict import named_model
from .services import Services


def get_models(request: Request, services: Services) -> Answer:
    """GET /models: every model, as GET /models/{name} has it without examples and training."""
    if not services.models.complete:
        raise unavailable("not_ready", "The models are not loaded yet")
    body = {
        "default_model": services.default_model(),
        "models": [summary(model) for model in services.models.all()],
    }
    return json_answer(200, body, request.request_id)


def get_model(request: Request, services: Services, name: str) -> Answer:
    """GET /models/{name}: the manifest, but for the file's name."""
    model = named_model(services, name)
    details = {
        "examples": model.manifest.document["examples"],
        "training": model.manifest.document["training"],
    }
    return json_answer(200, summary(model) | details, request.request_id, {"X-Model": model.label})


def get_healthz(request: Request, services: Services) -> Answer:  # noqa: ARG001 - every route has one shape
    """GET /healthz: the process lives."""
    return json_answer(200, {"status": "alive"}, request.request_id)


def get_readyz(request: Request, services: Services) -> Answer:
    """GET /readyz: every model is loaded and the process is not draining, else 503."""
    if services.host.draining:
        raise unavailable("draining", "The service is being stopped")
    if not services.ready:
        raise unavailable("not_ready", "The models, the signing keys or the users are not there yet")
    return json_answer(200, {"status": "ready"}, request.request_id)


def get_openapi(request: Request, services: Services) -> Answer:
    """GET /openapi.json: generic without a token, completed from the manifests with one."""
    try:
        services.tokens.verify(request.headers.get("authorization"))
        models = services.models.all()
    except ApiError:
        models = None
    return json_answer(200, services.documents.openapi(models, services.default_model()), request.request_id)


def summary(model: LoadedModel) -> dict[str, Any]:
    """What GET /models tells of a model: its manifest without examples, training and the file's name."""
    document = model.manifest.document
    keys = (
        "name",
        "version",
        "sha256",
        "title",
        "description",
        "scikit_learn",
        "inputs",
        "choices",
        "output",
    )
    return {key: document[key] for key in keys if key in document}
