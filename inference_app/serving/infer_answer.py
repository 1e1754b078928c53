"""The answer to an inference request: the model's outputs as tensors, in JSON or as bytes after it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import strict_json
from ..models.inputs import Tensor
from ..models.loaded_model import LoadedModel, Prediction
from .accept import accepted_encoding
from .binary_tensors import to_bytes
from .compression import ENCODINGS, deflated
from .infer_request import HEADER, InferRequest
from .messages import Answer, Predicted, Request, base_headers
from .tensors import DTYPES, Array, to_json

PROBABILITY = "probability"
_CLASS_DATATYPES = {bool: "BOOL", int: "INT64", str: "BYTES"}


def outputs_of(model: LoadedModel) -> tuple[Tensor, ...]:
    """The tensors that `model` gives: its output, and of a classifier the probability of each class where the
    manifest's examples have it (the self-test has then seen it)."""
    output = model.manifest.output
    if output.kind != "class":
        return (Tensor(output.name, "FP64", (-1,)),)
    predicted = Tensor(output.name, _datatype(output.classes), (-1,))
    if all(example.probability is None for example in model.manifest.examples):
        return (predicted,)
    return predicted, Tensor(PROBABILITY, "FP64", (-1, len(output.classes)))


def infer_answer(
    request: Request, asked: InferRequest, model: LoadedModel, outputs: tuple[Tensor, ...], found: Prediction
) -> Answer:
    """The answer that tells what `model` found, in the form that `asked` wants; compressed where the client
    takes that."""
    described: list[dict[str, Any]] = []
    parts: list[bytes] = []
    known = {tensor.name: tensor for tensor in outputs}
    for name, as_bytes in asked.outputs:
        datatype = known[name].datatype
        array = _array(found, name, model, datatype)
        tensor: dict[str, Any] = {"name": name, "datatype": datatype, "shape": list(array.shape)}
        if as_bytes:
            parts.append(to_bytes(array, datatype))
            tensor["parameters"] = {"binary_data_size": len(parts[-1])}
        else:
            tensor["data"] = to_json(array)
        described.append(tensor)
    document: dict[str, Any] = {"model_name": model.name, "model_version": model.version}
    if asked.id is not None:
        document["id"] = asked.id
    document["outputs"] = described
    content = strict_json.dump(document)
    headers = {"X-Model": model.label}
    content_type = "application/json"
    if parts:
        content_type, headers[HEADER] = "application/octet-stream", str(len(content))
        content = b"".join((content, *parts))
    if encoding := accepted_encoding(request.headers.get("accept-encoding", ""), ENCODINGS):
        headers["Content-Encoding"], content = encoding, deflated(content, encoding)
    predicted = Predicted(model.name, model.version, found)
    return Answer(200, base_headers(content_type, request.request_id, headers), content, prediction=predicted)


def _datatype(classes: tuple[Any, ...]) -> str:
    """The datatype of the classes, which an estimator keeps in one array and so of one type."""
    return _CLASS_DATATYPES.get(type(classes[0]), "FP64")


def _array(found: Prediction, name: str, model: LoadedModel, datatype: str) -> Array:
    if name == model.manifest.output.name:
        return found.values.astype(DTYPES[datatype], copy=False)
    return np.asarray(found.probabilities)
