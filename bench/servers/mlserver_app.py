"""MLServer: its scikit-learn runtime with adaptive batching and two inference workers."""

import asyncio
import os
import socket
from typing import Any

from common import RefusedError, check
from mlserver import MLServer
from mlserver.settings import ModelParameters, ModelSettings, Settings
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse


class Bearer(BaseHTTPMiddleware):
    """Verifies the token of every prediction."""

    async def dispatch(self, request: Request, call_next: Any) -> Any:
        """401 without a good token."""
        if request.url.path.endswith("/infer"):
            try:
                check(request.headers.get("authorization"))
            except RefusedError:
                return JSONResponse({"error": "unauthorized"}, 401)
        return await call_next(request)


async def main() -> None:
    """Serves until it is stopped."""
    with socket.socket() as probe:  # nobody asks over gRPC, which cannot be switched off
        probe.bind(("", 0))
        grpc_port = probe.getsockname()[1]
    port = int(os.environ["PORT"])
    server = MLServer(
        Settings(http_port=port, grpc_port=grpc_port, metrics_endpoint=None, parallel_workers=2, debug=False)
    )
    server._rest_server._app.add_middleware(Bearer)
    model = ModelSettings(
        name="model",
        implementation="mlserver_sklearn.SKLearnModel",
        max_batch_size=64,
        max_batch_time=0.001,
        parameters=ModelParameters(uri=os.path.join(os.environ["BENCH_MODEL"], "model.joblib")),  # noqa: PTH118
    )
    await server.start([model])


if __name__ == "__main__":
    asyncio.run(main())
