"""The Open Inference Protocol: metadata, health and inference, as JSON and bytes, compressed or not."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

from ..asking import Asked
from ..bodies import Empty, Json, Packed
from ..case import Case, LeftOut, bearer, get, post
from ..expect import A, About, Having
from ..rows import GOLDEN, GOLDEN_MODEL, GOLDEN_WITHIN
from ..service import Model, Service
from ..tensors import BYTES, HEADER, Inferred, in_bytes, inputs_of, outputs_of

EXTENSION = "binary_tensor_data"
RAW_OUTPUT = {"parameters": {"binary_data_output": True}}


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """The server, then every model."""
    server = Json({"name": A(str), "version": A(str), "extensions": [EXTENSION]})
    for path, body in (
        ("/v2", server),
        ("/v2/health/live", Json({"live": True})),
        ("/v2/health/ready", Json({"live": True, "ready": True})),
    ):
        yield Case("without a token", get(path), 200, body)
        yield Case("by HEAD", Asked("HEAD", path), 200, Empty(body))
    auth = bearer(service)
    for model in service.models.values():
        yield from _metadata(model, auth)
    for model in service.asked_by_rows:
        yield from _inference(model, auth)
        yield from _bytes(model, auth)
        yield from _compressed(model, auth)
    if golden := service.models.get(GOLDEN_MODEL):
        yield _golden(golden, auth)


def _metadata(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    label = {"x-model": model.label}
    described = Json(
        {
            "name": model.name,
            "versions": [model.version],
            "platform": A(str),
            "inputs": [tensor.described for tensor in inputs_of(model, ())],
            "outputs": [tensor.described for tensor in outputs_of(model, ())],
        }
    )
    ready = Json(Having({"name": model.name, "ready": True}))
    for path in (f"/v2/models/{model.name}", f"/v2/models/{model.name}/versions/{model.version}"):
        yield Case("metadata", get(path, auth), 200, described, label)
        yield Case("metadata, by HEAD", Asked("HEAD", path, headers=auth), 200, Empty(described), label)
        yield Case("ready", get(f"{path}/ready", auth), 200, ready, label)
        yield Case("ready, by HEAD", Asked("HEAD", f"{path}/ready", headers=auth), 200, Empty(ready), label)


def _inference(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    path, label = f"/v2/models/{model.name}/infer", {"x-model": model.label}
    examples = model.examples
    inputs, outputs = inputs_of(model, examples), tuple(outputs_of(model, examples))
    as_json = [tensor.as_json() for tensor in inputs]

    def case(name: str, members: dict[str, Any], body: Inferred, at: str = path) -> Case:
        return Case(name, post(at, {"inputs": as_json, **members}, auth), 200, body, label)

    plain = Inferred(model, outputs)
    yield case("every example", {}, plain)
    one = inputs_of(model, examples[:1])
    first = Inferred(model, tuple(outputs_of(model, examples[:1])))
    nested = [tensor.as_json(data=_nested(list(tensor.data), tensor.shape)) for tensor in one]
    yield Case("nested data", post(path, {"inputs": nested}, auth), 200, first, label)
    yield case("with an id", {"id": "a-7 ä"}, Inferred(model, outputs, id="a-7 ä"))
    yield case("a version in the path", {}, plain, f"/v2/models/{model.name}/versions/{model.version}/infer")
    yield case("an unknown parameter", {"parameters": {"priority": 1}}, plain)
    last = outputs[-1]
    yield case("one output by name", {"outputs": [{"name": last.name}]}, Inferred(model, (last,)))
    backwards = [{"name": output.name} for output in reversed(outputs)]
    yield case("outputs in their order", {"outputs": backwards}, Inferred(model, outputs[::-1]))
    if model.is_table:
        (table,) = inputs
        shorter = [table.as_json(datatype="FP32")]
        yield Case("another number's datatype", post(path, {"inputs": shorter}, auth), 200, plain, label)
        rows = [example["instance"] for example in examples]
        columns = [
            {
                "name": item["name"],
                "datatype": "FP64",
                "shape": [len(rows), 1],
                "data": [row[at] for row in rows],
            }
            for at, item in enumerate(model.inputs)
        ]
        yield Case("a tensor a column", post(path, {"inputs": columns}, auth), 200, plain, label)


def _bytes(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    path, label = f"/v2/models/{model.name}/infer", {"x-model": model.label}
    inputs, outputs = inputs_of(model, model.examples), tuple(outputs_of(model, model.examples))
    every = frozenset(output.name for output in outputs)

    def case(name: str, headers: dict[str, str], body: bytes, expected: Inferred) -> Case:
        asked = Asked("POST", path, headers={**headers, **auth}, body=body)
        return Case(name, asked, 200, expected, label)

    yield case("bytes in, JSON out", *in_bytes(inputs), Inferred(model, outputs))
    yield case("bytes in, bytes out", *in_bytes(inputs, **RAW_OUTPUT), Inferred(model, outputs, every))
    asks = [{"name": outputs[0].name, "parameters": {"binary_data": True}}]
    asks += [{"name": output.name} for output in outputs[1:]]
    mixed = Inferred(model, outputs, frozenset({outputs[0].name}))
    yield case("one output as bytes", *in_bytes(inputs, outputs=asks), mixed)
    headers, body = in_bytes(inputs)
    yield case("no type", {HEADER: headers[HEADER]}, body, Inferred(model, outputs))
    if len(inputs) == 1 and inputs[0].datatype != "BYTES":
        raw = Inferred(model, outputs, every)
        yield case("raw bytes alone", {"Content-Type": BYTES, HEADER: "0"}, inputs[0].packed(), raw)


def _compressed(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    path, label = f"/v2/models/{model.name}/infer", {"x-model": model.label}
    inputs, outputs = inputs_of(model, model.examples), tuple(outputs_of(model, model.examples))
    plain = Inferred(model, outputs)
    asked = post(path, {"inputs": [tensor.as_json() for tensor in inputs]}, auth)
    for encoding, pack in (("gzip", gzip.compress), ("deflate", zlib.compress)):
        headers = {**asked.headers, "Content-Encoding": encoding}
        request = Asked("POST", path, "", headers, pack(asked.body))
        yield Case(f"a body in {encoding}", request, 200, plain, label)
        takes = asked.with_header("Accept-Encoding", encoding)
        yield Case(f"an answer in {encoding}", takes, 200, Packed(plain, encoding), label)
    headers, body = in_bytes(inputs, **RAW_OUTPUT)
    both = {**headers, **auth, "Content-Encoding": "gzip", "Accept-Encoding": "gzip, deflate"}
    every = Inferred(model, outputs, frozenset(output.name for output in outputs))
    request = Asked("POST", path, "", both, gzip.compress(body))
    yield Case("bytes in gzip both ways", request, 200, Packed(every, "gzip"), label)


def _golden(model: Model, auth: dict[str, str]) -> Case:
    tensor = {
        "name": "instances",
        "datatype": "FP64",
        "shape": [len(GOLDEN), 1],
        "data": [float(v) for v in GOLDEN],
    }
    exact = [About(value, GOLDEN_WITHIN) for value in GOLDEN.values()]
    output = {"name": model.output["name"], "datatype": "FP64", "shape": [len(GOLDEN)], "data": exact}
    body = Json({"model_name": model.name, "model_version": model.version, "outputs": [output]})
    path = f"/v2/models/{model.name}/infer"
    return Case("golden values", post(path, {"inputs": [tensor]}, auth), 200, body, {"x-model": model.label})


def _nested(flat: list[Any], shape: list[int]) -> list[Any]:
    if len(shape) == 1:
        return flat
    size = len(flat) // shape[0]
    return [_nested(flat[at * size : (at + 1) * size], shape[1:]) for at in range(shape[0])]
