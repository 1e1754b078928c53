"""Tensors of the Open Inference Protocol with the standard library: a model's, as JSON and as bytes.

github.com/kserve/open-inference-protocol, and Triton's binary tensor data extension.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .asking import Reply
from .bodies import JSON, Body, parsed
from .expect import About, about, differences, shown
from .service import Model

HEADER = "Inference-Header-Content-Length"
BYTES = "application/octet-stream"
# The protocol's datatypes, with numpy's name as manifests have it, and struct's code.
_WORDS = {
    "float64": "FP64",
    "float32": "FP32",
    "int64": "INT64",
    "int32": "INT32",
    "int16": "INT16",
    "uint8": "UINT8",
    "bool": "BOOL",
}
_CODES = {"FP64": "d", "FP32": "f", "INT64": "q", "INT32": "i", "INT16": "h", "UINT8": "B", "BOOL": "?"}
_OF_CLASSES = {bool: "BOOL", int: "INT64", str: "BYTES"}


@dataclass(frozen=True)
class Tensor:
    """Name, datatype, the shape of one row, and the data of some rows in row-major order."""

    name: str
    datatype: str
    row: tuple[int, ...]
    data: tuple[Any, ...] = ()

    @property
    def described(self) -> dict[str, Any]:
        """As the metadata have it."""
        return {"name": self.name, "datatype": self.datatype, "shape": [-1, *self.row]}

    @property
    def shape(self) -> list[int]:
        """The shape with the number of rows."""
        return [len(self.data) // math.prod(self.row), *self.row]

    def as_json(self, **changes: Any) -> dict[str, Any]:
        """An input with its data in JSON, or with other members."""
        whole = {"name": self.name, "datatype": self.datatype, "shape": self.shape, "data": list(self.data)}
        return {key: value for key, value in {**whole, **changes}.items() if value is not None}

    def packed(self) -> bytes:
        """The data as bytes."""
        if self.datatype == "BYTES":
            return b"".join(struct.pack("<I", len(part)) + part for part in map(str.encode, self.data))
        return struct.pack(f"<{len(self.data)}{_CODES[self.datatype]}", *self.data)


def inputs_of(model: Model, examples: Sequence[dict[str, Any]]) -> list[Tensor]:
    """The model's input tensors with the rows of these examples."""
    rows = [example["instance"] for example in examples]
    if model.is_table:
        return [Tensor("instances", "FP64", (len(model.inputs),), tuple(_flat(rows)))]
    if model.lone_array:
        return [_input(model.inputs[0], rows)]
    return [_input(item, [row[at] for row in rows]) for at, item in enumerate(model.inputs)]


def outputs_of(model: Model, examples: Sequence[dict[str, Any]]) -> list[Tensor]:
    """The model's output tensors as the examples record them."""
    classes = model.output.get("classes", [0.0])
    datatype = _OF_CLASSES.get(type(classes[0]), "FP64")
    outputs = [Tensor(model.output["name"], datatype, (), tuple(one["prediction"] for one in examples))]
    if model.gives_probability:
        probabilities = _flat([one["probability"] for one in examples])
        outputs.append(Tensor("probability", "FP64", (len(classes),), tuple(probabilities)))
    return outputs


def in_bytes(tensors: Sequence[Tensor], **members: Any) -> tuple[dict[str, str], bytes]:
    """Headers and body of a request whose inputs are bytes."""
    parts = [tensor.packed() for tensor in tensors]
    inputs = [
        tensor.as_json(data=None, parameters={"binary_data_size": len(part)})
        for tensor, part in zip(tensors, parts, strict=True)
    ]
    document = json.dumps({"inputs": inputs, **members}).encode()
    return {"Content-Type": BYTES, HEADER: str(len(document))}, document + b"".join(parts)


@dataclass(frozen=True)
class Inferred(Body):
    """The answer to an inference: these outputs within 1e-6, as JSON or those of `as_bytes` after it."""

    model: Model
    outputs: tuple[Tensor, ...]
    as_bytes: frozenset[str] = frozenset()
    id: str | None = None

    def headers(self) -> dict[str, Any]:
        """The type says whether bytes follow, a header where."""
        if not self.as_bytes:
            return {"content-type": JSON, HEADER.lower(): None}
        return {"content-type": BYTES}

    def differences(self, reply: Reply) -> Iterator[str]:
        """Lines by the path in the document, the bytes among it."""
        length = int(reply.headers.get(HEADER.lower(), len(reply.body)))
        try:
            document = parsed(reply.body[:length])
        except ValueError as error:
            yield f"body: JSON in the first {length} bytes expected ({error}), {shown(reply.body)} came"
            return
        rest = reply.body[length:]
        expected: dict[str, Any] = {"model_name": self.model.name, "model_version": self.model.version}
        if self.id is not None:
            expected["id"] = self.id
        expected["outputs"] = []
        for at, output in enumerate(self.outputs):
            item = output.as_json(data=about(list(output.data)))
            if output.name in self.as_bytes:
                part, rest = rest[: len(output.packed())], rest[len(output.packed()) :]
                item = output.as_json(data=None, parameters={"binary_data_size": len(part)})
                yield from _packed_differences(output, part, f"bytes of outputs[{at}]")
            expected["outputs"].append(item)
        yield from differences(expected, document, "body")
        if rest:
            yield f"body: nothing after the outputs expected, {len(rest)} bytes came"


def _packed_differences(output: Tensor, part: bytes, where: str) -> Iterator[str]:
    if output.datatype == "BYTES" or len(part) != len(output.packed()):
        if part != output.packed():
            yield f"{where}: {shown(output.packed())} expected, {shown(part)} came"
        return
    came = struct.unpack(f"<{len(output.data)}{_CODES[output.datatype]}", part)
    for at, (value, expected) in enumerate(zip(came, output.data, strict=True)):
        matcher = About(expected) if isinstance(expected, float) else expected
        yield from differences(matcher, value, f"{where}[{at}]")


def _input(item: dict[str, Any], values: list[Any]) -> Tensor:
    shape = (item["height"], item["width"]) if item["kind"] == "image" else tuple(item.get("shape", ()))
    if item.get("mode") == "RGB":
        shape = (*shape, 3)
    return Tensor(item["name"], _datatype(item), shape, tuple(_flat(values)))


def _datatype(item: dict[str, Any]) -> str:
    if item["kind"] == "string":
        return "BYTES"
    if item["kind"] == "category":
        kinds = set(map(type, item["values"]))
        return "BYTES" if str in kinds else "INT64" if kinds == {int} else "FP64"
    return _WORDS[item.get("datatype", "float64")]


def _flat(value: Any) -> list[Any]:
    return [inner for item in value for inner in _flat(item)] if isinstance(value, list) else [value]
