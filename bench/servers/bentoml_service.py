"""BentoML: a service with adaptive batching and two workers."""

from typing import Any

import bentoml
import numpy as np
from common import RefusedError, answer, check, load
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse


class Bearer(BaseHTTPMiddleware):
    """Verifies the token of every prediction."""

    async def dispatch(self, request: Request, call_next: Any) -> Any:
        """401 without a good token."""
        if request.url.path == "/predict":
            try:
                check(request.headers.get("authorization"))
            except RefusedError:
                return JSONResponse({"error": "unauthorized"}, 401)
        return await call_next(request)


@bentoml.service(workers=2, traffic={"timeout": 30})
class Delay:
    """One row in, class and probabilities out."""

    def __init__(self) -> None:
        self.estimator = load()

    @bentoml.api(batchable=True, batch_dim=0, max_batch_size=64, max_latency_ms=1000)
    def predict(self, data: np.ndarray) -> list[dict[str, Any]]:  # type: ignore[type-arg]
        """The answers to a batch."""
        answers = answer(self.estimator, data)
        pairs = zip(answers["prediction"], answers["probability"], strict=True)
        return [{"prediction": [value], "probability": [probability]} for value, probability in pairs]


Delay.add_asgi_middleware(Bearer)
