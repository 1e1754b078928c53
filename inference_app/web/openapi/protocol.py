"""The Open Inference Protocol's part: nine paths, the schemas of its objects, and each model's tensors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

from ...models.inputs import Tensor
from ...models.loaded_model import LoadedModel
from ...serving.infer_answer import outputs_of
from ...serving.infer_request import HEADER
from ...serving.limits import MAX_ROWS
from ...serving.tensors import DTYPES, NUMBERS
from .objects import TEXT, Json, body, content, list_of, object_of, path_parameter, reference
from .operations import OF_ROWS, OF_TOKEN, operation
from .service import NAME_RULE

_TAG = "Open Inference Protocol"
_BYTES = "application/octet-stream"
_DATATYPE: Json = {"enum": list(DTYPES)}
_DATA: Json = {"type": "array", "description": "row-major, flat or nested as the shape says"}
_SIZE: Json = {"type": "integer", "minimum": 0, "description": "bytes of this tensor after the JSON object"}
_VERSION: Json = {"type": "string", "pattern": "^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$"}
_ON_BYTES = (
    f"Tensors may come as bytes after the JSON object: each names its `binary_data_size`, and the header "
    f"`{HEADER}` says how long the object is. `data` has as many values as the product of `shape` says. "
    "Content-Encoding gzip and deflate are read."
)


def protocol_schemas(models: Sequence[LoadedModel] | None) -> Json:
    """The schemas by name; with models the request of each as `<name>.infer`."""
    tensor = {"name": TEXT, "datatype": _DATATYPE, "shape": list_of({"type": "integer"})}
    sent = {**tensor, "shape": list_of({"type": "integer", "minimum": 1}), "data": _DATA}
    binary = {"parameters": object_of({"binary_data_size": _SIZE}, ())}
    inferred = object_of({**sent, **binary}, ("name", "datatype", "shape"))
    of_models = {f"{model.name}.infer": _request_of(model) for model in models or ()}
    return of_models | {
        "Server": object_of({"name": TEXT, "version": TEXT, "extensions": list_of(TEXT)}),
        "ServerLive": object_of({"live": {"const": True}}),
        "ServerReady": object_of({"live": {"const": True}, "ready": {"const": True}}),
        "ModelReady": object_of({"name": TEXT, "ready": {"const": True}}),
        "TensorMetadata": object_of(tensor),
        "ModelMetadata": object_of(
            {
                "name": TEXT,
                "versions": list_of(TEXT),
                "platform": TEXT,
                "inputs": list_of(reference("TensorMetadata")),
                "outputs": list_of(reference("TensorMetadata")),
            }
        ),
        "InferTensor": inferred,
        "InferRequest": _request(list_of(reference("InferTensor"), minItems=1), list_of(_wanted(TEXT))),
        "InferResponse": object_of(
            {
                "model_name": TEXT,
                "model_version": TEXT,
                "id": TEXT,
                "outputs": list_of(reference("InferTensor"), minItems=1),
            },
            ("model_name", "model_version", "outputs"),
        ),
    }


def protocol_paths(models: Sequence[LoadedModel] | None) -> Json:
    """The paths, each with its operation; `models` None: generic. With models each has paths of its own."""
    paths: Json = {
        "/v2": _get("getServer", "The server's name, version and extensions", "Server", (), public=True),
        "/v2/health/live": _get("isServerLive", "The process lives", "ServerLive", (), public=True),
        "/v2/health/ready": _get(
            "isServerReady", "Every model is loaded", "ServerReady", ("not_ready", "draining"), public=True
        ),
    }
    name = NAME_RULE if models is None else {"enum": [model.name for model in models]}
    version = _VERSION if models is None else {"enum": sorted({model.version for model in models})}
    names = [path_parameter("name", name, "a model's name")]
    versions = [*names, path_parameter("version", version, "the version that is served")]
    codes = (*OF_TOKEN, "unknown_model")
    for suffix, base, parameters in (
        ("", "/v2/models/{name}", names),
        ("OfVersion", "/v2/models/{name}/versions/{version}", versions),
    ):
        refused = codes if parameters is names else (*codes, "unknown_version")
        described = _get(f"getModel{suffix}", "The model's tensors", "ModelMetadata", refused, ("X-Model",))
        ready = _get(f"isModelReady{suffix}", "The model is loaded", "ModelReady", refused, ("X-Model",))
        paths[base] = {"parameters": parameters, **described}
        paths[f"{base}/ready"] = {"parameters": parameters, **ready}
        if models is None:
            paths[f"{base}/infer"] = {
                "parameters": parameters,
                "post": _infer(f"infer{suffix}", None, refused),
            }
        for model in models or ():
            path = base.format(name=model.name, version=model.version)
            paths[f"{path}/infer"] = {"post": _infer(f"infer{suffix}_{model.name}", model, refused)}
    return paths


def _get(
    identity: str,
    summary: str,
    schema: str,
    codes: Sequence[str],
    headers: Sequence[str] = (),
    public: bool = False,
) -> Json:
    answer = content(reference(schema))
    return {"get": operation(_TAG, identity, summary, answer, codes, headers=headers, public=public)}


def _infer(identity: str, model: LoadedModel | None, codes: Sequence[str]) -> Json:
    asked, title = reference("InferRequest"), "Tensors in, tensors out"
    examples: Json | None = None
    if model is not None:
        asked, title = reference(f"{model.name}.infer"), f"{model.manifest.title}: tensors in, tensors out"
        examples = {"the first example": {"inputs": _inputs_example(model)}}
    length = {"description": "the length of the JSON object, where tensors follow it as bytes"}
    whole = {"schema": {"type": "integer", "minimum": 0}}
    bytes_: Json = {"schema": {"type": "string", "format": "binary"}}
    infer = operation(
        _TAG,
        identity,
        title,
        content(reference("InferResponse")) | {_BYTES: bytes_},
        (*OF_ROWS, *codes, "invalid_body"),
        headers=("X-Model",),
        description=_ON_BYTES,
        parameters=[{"name": HEADER, "in": "header", "required": False, **length, **whole}],
        requestBody=body(content(asked, examples) | {_BYTES: bytes_}),
    )
    infer["responses"]["200"]["headers"][HEADER] = {"required": False, **length, **whole}
    return infer


def _request(inputs: Json, outputs: Json) -> Json:
    flags = object_of({"binary_data_output": {"type": "boolean"}}, ())
    properties = {
        "id": _or_null(TEXT),
        "parameters": _or_null(flags),
        "inputs": inputs,
        "outputs": _or_null(outputs),
    }
    return object_of(properties, ("inputs",))


def _wanted(name: Json) -> Json:
    """An output that is asked for."""
    flags = object_of({"binary_data": {"type": "boolean"}}, ())
    return object_of({"name": name, "parameters": _or_null(flags)}, ("name",))


def _or_null(schema: Json) -> Json:
    """What may be left out may be null, too."""
    return {"anyOf": [schema, {"type": "null"}]}


def _request_of(model: LoadedModel) -> Json:
    """The request of one model: its tensors in any order, each of its outputs once."""
    inputs = [_tensor(tensor) for tensor in model.manifest.tensors]
    every = _in_any_order(
        [[_tensor(tensor) for tensor in order] for order in _orders(model.manifest.tensors)]
    )
    if model.manifest.is_table:
        columns = [_tensor(item.tensor) for item in model.manifest.inputs]
        every = {"anyOf": [_exactly(inputs), _exactly(columns)]}
    names = [tensor.name for tensor in outputs_of(model)]
    orders = [order for count in range(len(names) + 1) for order in permutations(names, count)]
    outputs = _in_any_order([[_wanted({"const": name}) for name in order] for order in orders])
    return _request(every, outputs)


def _orders(tensors: Sequence[Tensor]) -> Iterable[Sequence[Tensor]]:
    """All orders of up to three tensors, else the manifest's; the document would be long."""
    return permutations(tensors) if len(tensors) <= 3 else (tensors,)


def _in_any_order(orders: Sequence[Sequence[Json]]) -> Json:
    return _exactly(orders[0]) if len(orders) == 1 else {"anyOf": [_exactly(order) for order in orders]}


def _exactly(items: Sequence[Json]) -> Json:
    count = len(items)
    if not count:
        return {"type": "array", "maxItems": 0}
    return {"type": "array", "prefixItems": list(items), "items": False, "minItems": count, "maxItems": count}


def _tensor(tensor: Tensor) -> Json:
    """A tensor of the model as a client sends it: any datatype of numbers where it takes numbers."""
    datatypes = NUMBERS if tensor.datatype in NUMBERS else [tensor.datatype]
    sizes: list[Json] = [
        {"type": "integer", "minimum": 1, "maximum": MAX_ROWS},
        *({"const": n} for n in tensor.shape[1:]),
    ]
    return object_of(
        {
            "name": {"const": tensor.name},
            "datatype": {"enum": datatypes},
            "shape": _exactly(sizes),
            "data": _DATA,
        }
    )


def _inputs_example(model: LoadedModel) -> list[Json]:
    """The first example as tensors."""
    manifest = model.manifest
    instance: Any = manifest.document["examples"][0]["instance"]
    values = [instance] if manifest.is_table or manifest.lone_array else instance
    return [
        {
            "name": tensor.name,
            "datatype": tensor.datatype,
            "shape": [1, *tensor.shape[1:]],
            "data": _flat(value),
        }
        for tensor, value in zip(manifest.tensors, values, strict=True)
    ]


def _flat(value: Any) -> list[Any]:
    return [leaf for item in value for leaf in _flat(item)] if isinstance(value, list) else [value]
