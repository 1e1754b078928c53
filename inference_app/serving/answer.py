"""answer(request, services) -> Answer: every route of the contract, on plain bytes, the same on every host.

It is synchronous, does no I/O and never raises. Authentication comes before the method, the type and the
body: who has no token learns nothing but that one is needed. An unknown path is 404 with or without a token.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from ..errors import ApiError, too_large
from .describe import get_healthz, get_model, get_models, get_openapi, get_readyz
from .limits import MAX_BODY_BYTES
from .login import post_login
from .messages import Answer, Request, error_answer
from .open_inference import get_live, get_metadata, get_model_ready, get_ready, get_server, post_infer
from .pages import get_docs, get_index, get_static, get_viewer
from .predict import get_predict, post_model_predict, post_predict, post_predict_api
from .routing import Route, Router
from .services import Services

log = logging.getLogger("inference.serving")

ROUTES = (
    Route("/", {"GET": get_index}, needs_token=False),
    Route("/static/{name}", {"GET": get_static}, needs_token=False),
    Route("/docs", {"GET": get_docs}, needs_token=False),
    Route("/docs/{name}", {"GET": get_viewer}, needs_token=False),
    Route("/healthz", {"GET": get_healthz}, needs_token=False),
    Route("/readyz", {"GET": get_readyz}, needs_token=False),
    Route("/openapi.json", {"GET": get_openapi}, needs_token=False),
    Route("/login", {"POST": post_login}, needs_token=False),
    Route("/predict", {"GET": get_predict, "POST": post_predict}),
    Route("/predict_api", {"POST": post_predict_api}),
    Route("/models", {"GET": get_models}),
    Route("/models/{name}", {"GET": get_model}),
    Route("/models/{name}/predict", {"POST": post_model_predict}),
    Route("/v2", {"GET": get_server}, needs_token=False),
    Route("/v2/health/live", {"GET": get_live}, needs_token=False),
    Route("/v2/health/ready", {"GET": get_ready}, needs_token=False),
    Route("/v2/models/{name}", {"GET": get_metadata}),
    Route("/v2/models/{name}/ready", {"GET": get_model_ready}),
    Route("/v2/models/{name}/infer", {"POST": post_infer}),
    Route("/v2/models/{name}/versions/{version}", {"GET": get_metadata}),
    Route("/v2/models/{name}/versions/{version}/ready", {"GET": get_model_ready}),
    Route("/v2/models/{name}/versions/{version}/infer", {"POST": post_infer}),
)
_ROUTER = Router(ROUTES)


def answer(request: Request, services: Services) -> Answer:
    """The answer to `request`. Whatever a client sends, the status is below 500; 503 says that we are not
    ready."""
    route, names = _ROUTER.find(request.path)
    template = route.path if route else ""
    try:
        reply = _answer(request, services, route, names)
        reply.route = template
        return reply
    except ApiError as error:
        return error_answer(error, request.request_id, template)
    except Exception:
        log.exception("an error of the service, not of the client (request %s)", request.request_id)
        failure = ApiError(500, "internal_error", "The service failed on this request; its log says why")
        return error_answer(failure, request.request_id, template)


def _answer(request: Request, services: Services, route: Route | None, names: Mapping[str, str]) -> Answer:
    if len(request.body) > MAX_BODY_BYTES:
        raise too_large(f"A body of at most {MAX_BODY_BYTES} bytes expected", "body_too_large")
    if route is None:
        raise ApiError(404, "not_found", "There is nothing at this path; GET / lists what there is")
    if route.needs_token:
        services.tokens.verify(request.headers.get("authorization"))
    handler = route.handlers.get("GET" if request.method == "HEAD" else request.method)
    if handler is None:
        allowed = ", ".join(route.methods)
        raise ApiError(405, "method_not_allowed", f"One of {allowed} expected here", {"Allow": allowed})
    return handler(request, services, **names)
