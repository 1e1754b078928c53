"""The OpenAPI document's part on the Open Inference Protocol: nine paths and the schemas of its objects."""

from __future__ import annotations

from typing import Any

from ..serving.infer_request import HEADER
from ..serving.tensors import DTYPES

_PREFIX = "#/components/schemas/"
_TEXT: dict[str, Any] = {"type": "string"}
_DATATYPE = {"enum": list(DTYPES)}
_DATA = {"type": "array", "description": "row-major, flat or nested as the shape says"}
_SIZE = {"type": "integer", "minimum": 0, "description": "bytes of this tensor after the JSON object"}


def protocol_schemas() -> dict[str, Any]:
    """The schemas by name."""
    tensor = {"name": _TEXT, "datatype": _DATATYPE, "shape": _list({"type": "integer"})}
    sent = {**tensor, "shape": _list({"type": "integer", "minimum": 1}), "data": _DATA}
    binary = {"parameters": _object({"binary_data_size": _SIZE}, required=())}
    wanted = {"name": _TEXT, "parameters": _object({"binary_data": {"type": "boolean"}}, required=())}
    return {
        "Server": _object({"name": _TEXT, "version": _TEXT, "extensions": _list(_TEXT)}),
        "ServerLive": _object({"live": {"const": True}}),
        "ServerReady": _object({"live": {"const": True}, "ready": {"const": True}}),
        "ModelReady": _object({"name": _TEXT, "ready": {"const": True}}),
        "TensorMetadata": _object(tensor),
        "ModelMetadata": _object(
            {
                "name": _TEXT,
                "versions": _list(_TEXT),
                "platform": _TEXT,
                "inputs": _list(_reference("TensorMetadata")),
                "outputs": _list(_reference("TensorMetadata")),
            }
        ),
        "InferTensor": _object({**sent, **binary}, required=("name", "datatype", "shape")),
        "InferRequest": _object(
            {
                "id": _TEXT,
                "parameters": _object({"binary_data_output": {"type": "boolean"}}, required=()),
                "inputs": _list(_reference("InferTensor")) | {"minItems": 1},
                "outputs": _list(_object(wanted, required=("name",))),
            },
            required=("inputs",),
        ),
        "InferResponse": _object(
            {
                "model_name": _TEXT,
                "model_version": _TEXT,
                "id": _TEXT,
                "outputs": _list(_reference("InferTensor")),
            },
            required=("model_name", "model_version", "outputs"),
        ),
    }


def protocol_paths() -> dict[str, Any]:
    """The paths, each with its operation."""
    paths: dict[str, Any] = {
        "/v2": _get("The server's name, version and extensions", "Server", ()),
        "/v2/health/live": _get("The process lives (Open Inference Protocol)", "ServerLive", ()),
        "/v2/health/ready": _get("Every model is loaded (Open Inference Protocol)", "ServerReady", ("503",)),
    }
    for path in paths.values():
        path["get"]["security"] = []
    errors = ("401", "404", "503")
    for model, names in (
        ("/v2/models/{name}", ["name"]),
        ("/v2/models/{name}/versions/{version}", ["name", "version"]),
    ):
        operations = {
            model: _get("The model's tensors", "ModelMetadata", errors),
            f"{model}/ready": _get("The model is loaded", "ModelReady", errors),
            f"{model}/infer": _infer(),
        }
        for path in operations.values():
            path["parameters"] = [
                {"name": name, "in": "path", "required": True, "schema": _TEXT} for name in names
            ]
        paths |= operations
    return paths


def _infer() -> dict[str, Any]:
    header = {
        "description": "the length of the JSON object, where tensors follow it as bytes",
        "schema": {"type": "integer"},
    }
    operation = _operation(
        "Tensors in, tensors out", "InferResponse", ("400", "401", "404", "413", "415", "503")
    )
    operation["responses"]["200"]["headers"] = {HEADER: header}
    operation["responses"]["200"]["content"]["application/octet-stream"] = {}
    operation["parameters"] = [{"name": HEADER, "in": "header", "required": False, **header}]
    operation["requestBody"] = {
        "required": True,
        "description": "JSON, or a JSON object and bytes; Content-Encoding gzip and deflate are read",
        "content": {
            "application/json": {"schema": _reference("InferRequest")},
            "application/octet-stream": {},
        },
    }
    return {"post": operation}


def _get(summary: str, schema: str, errors: tuple[str, ...]) -> dict[str, Any]:
    return {"get": _operation(summary, schema, errors)}


def _operation(summary: str, schema: str, errors: tuple[str, ...]) -> dict[str, Any]:
    content = {"application/json": {"schema": _reference(schema)}}
    failed = {status: {"$ref": "#/components/responses/Error"} for status in errors}
    return {"summary": summary, "responses": {"200": {"description": summary, "content": content}, **failed}}


def _object(properties: dict[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    names = list(properties) if required is None else list(required)
    return {"type": "object", "properties": properties, **({"required": names} if names else {})}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"{_PREFIX}{name}"}
