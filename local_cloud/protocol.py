"""The protocol (Open Inference): what its clients send for a model, made from its manifest."""

from collections.abc import Iterator, Mapping
from typing import Any

from .served_models import ServedModel

# The protocol's word for each of the manifest's datatypes.
WORDS = {
    "float64": "FP64",
    "float32": "FP32",
    "int64": "INT64",
    "int32": "INT32",
    "int16": "INT16",
    "uint8": "UINT8",
    "bool": "BOOL",
}


def infer_body(model: ServedModel) -> dict[str, Any]:
    """The request for the model's first example; a table of numbers is one tensor, any other one an input."""
    inputs, instance = model.manifest["inputs"], model.example["instance"]
    if all(_is_plain(column) for column in inputs):
        return {"inputs": [_tensor("instances", "FP64", [1, len(inputs)], instance)]}
    values = [instance] if len(inputs) == 1 and _shape(inputs[0]) else instance
    tensors = (
        _tensor(column["name"], _word(column), [1, *_shape(column)], list(_leaves(value)))
        for column, value in zip(inputs, values, strict=True)
    )
    return {"inputs": list(tensors)}


def _tensor(name: str, datatype: str, shape: list[int], data: list[Any]) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": shape, "data": data}


def _is_plain(column: Mapping[str, Any]) -> bool:
    return column["kind"] == "number" and _word(column) == "FP64" and not _shape(column)


def _shape(column: Mapping[str, Any]) -> list[int]:
    if column["kind"] == "image":
        return [column["height"], column["width"], *([3] if column["mode"] == "RGB" else [])]
    return list(column.get("shape", []))


def _word(column: Mapping[str, Any]) -> str:
    if column["kind"] in ("number", "image"):
        return WORDS[column.get("datatype", "float64")]
    values = column.get("values", [""])
    if isinstance(values[0], str):
        return "BYTES"
    return "INT64" if all(isinstance(value, int) for value in values) else "FP64"


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value
