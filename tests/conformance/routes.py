"""Every route of the contract with the methods that it allows, and who may ask without a token."""

from __future__ import annotations

from .service import Service

METHODS = {
    "/": "GET, HEAD",
    "/static/{name}": "GET, HEAD",
    "/docs": "GET, HEAD",
    "/docs/{name}": "GET, HEAD",
    "/healthz": "GET, HEAD",
    "/readyz": "GET, HEAD",
    "/openapi.json": "GET, HEAD",
    "/login": "POST",
    "/predict": "GET, HEAD, POST",
    "/predict_api": "POST",
    "/models": "GET, HEAD",
    "/models/{name}": "GET, HEAD",
    "/models/{name}/predict": "POST",
    "/v2": "GET, HEAD",
    "/v2/health/live": "GET, HEAD",
    "/v2/health/ready": "GET, HEAD",
    "/v2/models/{name}": "GET, HEAD",
    "/v2/models/{name}/ready": "GET, HEAD",
    "/v2/models/{name}/infer": "POST",
    "/v2/models/{name}/versions/{version}": "GET, HEAD",
    "/v2/models/{name}/versions/{version}/ready": "GET, HEAD",
    "/v2/models/{name}/versions/{version}/infer": "POST",
}
OPEN = {
    *("/", "/static/{name}", "/docs", "/docs/{name}", "/healthz", "/readyz", "/openapi.json", "/login"),
    *("/v2", "/v2/health/live", "/v2/health/ready"),
}
FILES = {"/static/{name}": "/static/app.js", "/docs/{name}": "/docs/swagger-ui.css"}


def path_of(template: str, service: Service) -> str:
    """A path of this route that is there: the default model's, or a file's."""
    model = service.default_model
    return FILES.get(template) or template.replace("{name}", model.name).replace("{version}", model.version)
