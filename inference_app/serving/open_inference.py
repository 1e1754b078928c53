"""The Open Inference Protocol (V2, HTTP/REST) with the binary tensor data extension.

github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import __version__
from ..errors import ApiError
from ..models.inputs import Tensor
from ..models.loaded_model import LoadedModel
from .describe import get_readyz
from .infer_answer import infer_answer, outputs_of
from .infer_inputs import arrays_of_inputs
from .infer_request import read_infer_request
from .messages import Answer, Request, json_answer
from .one_row import predict_tensor_row
from .predict import named_model, predict
from .services import Services
from .validation import shown

NAME = "spot-inference"
EXTENSIONS = ["binary_tensor_data"]
PLATFORM = "sklearn_joblib"  # "<project>_<format>", information only


def get_server(request: Request, services: Services) -> Answer:  # noqa: ARG001 - every route has one shape
    """GET /v2: the server's name, version and extensions."""
    body = {"name": NAME, "version": __version__, "extensions": EXTENSIONS}
    return json_answer(200, body, request.request_id)


def get_live(request: Request, services: Services) -> Answer:  # noqa: ARG001 - every route has one shape
    """GET /v2/health/live: the process lives."""
    return json_answer(200, {"live": True}, request.request_id)


def get_ready(request: Request, services: Services) -> Answer:
    """GET /v2/health/ready: as /readyz, 503 included. The protocol's text says `live`, its clients read
    `ready`."""
    get_readyz(request, services)
    return json_answer(200, {"live": True, "ready": True}, request.request_id)


def get_metadata(request: Request, services: Services, name: str, version: str | None = None) -> Answer:
    """GET /v2/models/{name}[/versions/{version}]: the model's tensors."""
    model = _served(services, name, version)
    body = {
        "name": model.name,
        "versions": [model.version],
        "platform": PLATFORM,
        "inputs": _described(model.manifest.tensors),
        "outputs": _described(outputs_of(model)),
    }
    return json_answer(200, body, request.request_id, {"X-Model": model.label})


def get_model_ready(request: Request, services: Services, name: str, version: str | None = None) -> Answer:
    """GET /v2/models/{name}[/versions/{version}]/ready: the model is loaded, else 503; 404 for another."""
    model = _served(services, name, version)
    return json_answer(200, {"name": model.name, "ready": True}, request.request_id, {"X-Model": model.label})


def post_infer(request: Request, services: Services, name: str, version: str | None = None) -> Answer:
    """POST /v2/models/{name}[/versions/{version}]/infer: tensors in, tensors out, each as JSON or bytes."""
    model = _served(services, name, version)
    outputs = outputs_of(model)
    asked = read_infer_request(request, model.manifest, [tensor.name for tensor in outputs])
    row = predict_tensor_row(model, asked.inputs)
    found = (
        row.arrays if row else predict(model, arrays_of_inputs(asked.inputs, asked.content, model.manifest))
    )
    return infer_answer(request, asked, model, outputs, found)


def _served(services: Services, name: str, version: str | None) -> LoadedModel:
    """The model called `name`, in `version` where one is named. Raises ApiError 404, or 503 while it is not
    loaded."""
    model = named_model(services, name)
    if version is not None and version != model.version:
        raise ApiError(
            404,
            "unknown_version",
            f"{model.name} is served in the version {model.version} only, {shown(version)} came",
        )
    return model


def _described(tensors: Iterable[Tensor]) -> list[dict[str, Any]]:
    return [
        {"name": tensor.name, "datatype": tensor.datatype, "shape": list(tensor.shape)} for tensor in tensors
    ]
