"""LitServe: two workers, batches of up to 64 that wait a millisecond."""

import os
from typing import Annotated, Any

import litserve
import numpy as np
from common import RefusedError, check, load
from fastapi import Header, HTTPException


class Api(litserve.LitAPI):  # type: ignore[misc]
    """One row in, class and probability out."""

    def setup(self, device: str) -> None:  # noqa: ARG002 - LitServe's own signature
        """Once a worker."""
        self.estimator = load()

    def authorize(self, authorization: Annotated[str | None, Header()] = None) -> None:
        """Verifies the token."""
        try:
            check(authorization)
        except RefusedError:
            raise HTTPException(401, "unauthorized") from None

    def decode_request(self, request: dict[str, Any]) -> Any:
        """The row."""
        return np.asarray(request["data"], dtype=np.float64)

    def predict(self, batch: Any) -> Any:
        """The answers to a batch."""
        rows = np.asarray(batch)
        values, probabilities = self.estimator.predict(rows), self.estimator.predict_proba(rows)
        return list(zip(values.tolist(), probabilities.tolist(), strict=True))

    def encode_response(self, output: Any) -> dict[str, Any]:
        """One answer."""
        return {"prediction": [output[0]], "probability": [output[1]]}


if __name__ == "__main__":
    api = Api(max_batch_size=64, batch_timeout=0.001)
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=2, fast_queue=True)
    server.run(
        port=int(os.environ["PORT"]), num_api_servers=2, log_level="warning", generate_client_file=False
    )
