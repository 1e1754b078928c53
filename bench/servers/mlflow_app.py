"""MLflow's scoring server (`mlflow models serve`) with a token's check, under uvicorn with two workers."""

from typing import Any

import mlflow.pyfunc
import numpy as np
from common import RefusedError, answer, check, load
from fastapi import Request
from mlflow.pyfunc import scoring_server
from starlette.responses import JSONResponse


class Both(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """Class and probabilities; the flavour of scikit-learn gives one of them."""

    def load_context(self, context: Any) -> None:  # noqa: ARG002 - MLflow's own signature
        """Once a worker."""
        self.estimator = load()

    def predict(self, context: Any, model_input: Any, params: Any = None) -> dict[str, Any]:  # noqa: ARG002
        """The answers to the rows."""
        return answer(self.estimator, np.asarray(model_input))


def _app() -> Any:
    import os
    import tempfile

    folder = os.path.join(tempfile.mkdtemp(), "model")  # noqa: PTH118
    mlflow.pyfunc.save_model(folder, python_model=Both(), pip_requirements=[])
    app = scoring_server.init(mlflow.pyfunc.load_model(folder))

    @app.middleware("http")
    async def bearer(request: Request, call_next: Any) -> Any:
        if request.url.path == "/invocations":
            try:
                check(request.headers.get("authorization"))
            except RefusedError:
                return JSONResponse({"error": "unauthorized"}, 401)
        return await call_next(request)

    return app


app = _app()
