"""Inputs of every kind and datatype, and manifests of them that no file was written for."""

from __future__ import annotations

from inference_app.models.inputs import Choice, Input
from inference_app.models.manifest import Manifest, Output

SINGLE = {
    "float32": Input("x", "number", datatype="float32"),
    "int64": Input("x", "number", datatype="int64"),
    "int16": Input("x", "number", datatype="int16"),
    "uint8": Input("x", "number", datatype="uint8", maximum=200.5),
    "bool": Input("x", "number", datatype="bool"),
    "string": Input("x", "string", datatype="string"),
    "short": Input("x", "string", datatype="string", maximum_length=3),
    "words": Input("x", "category", datatype="string", values=("a", "b")),
    "levels": Input("x", "category", datatype="int64", values=(1, 2, 3)),
    "steps": Input("x", "category", datatype="float64", values=(0.5, 1)),
}
ARRAY = Input("x", "number", datatype="int32", shape=(2, 3), minimum=0)


def manifest(*inputs: Input, choices: tuple[Choice, ...] = ()) -> Manifest:
    """A manifest with these inputs and no example."""
    output = Output("y", "number")
    return Manifest("m", "1", "", "", "a", "0" * 64, "1", inputs, choices, output, (), {}, {})
