"""A manifest's inputs of every kind are read strictly, and its examples are asked like anybody's rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inference_app.errors import RefusedError
from inference_app.models.inputs import read_inputs
from inference_app.models.json_reader import Reader
from inference_app.models.loader import load
from inference_app.models.manifest import read_manifest
from inference_app.settings import Release
from inference_app.sources.files import Files
from tests.app.support.kinds import publish_people, publish_signal, publish_words
from tests.app.support.published import line_manifest, publish


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"datatype": "float16"}, "datatype must be one of float64, float32"),
        ({"datatype": "bool", "minimum": 0}, "a bool has neither minimum nor maximum"),
        ({"shape": [0]}, "shape must be whole numbers from 1"),
        ({"shape": [2.0]}, "shape must be whole numbers from 1"),
        ({"shape": [1000, 1001]}, "at most 1000000 values in all"),
        ({"values": [1]}, "unknown key 'values'"),
        ({"kind": "string", "maximum_length": 0}, "maximum_length must be from 1"),
        ({"kind": "string", "minimum": 0}, "unknown key 'minimum'"),
        ({"kind": "string", "datatype": "int64"}, "unknown key 'datatype'"),
        ({"kind": "category"}, "values is missing"),
        ({"kind": "category", "values": []}, "at least one"),
        ({"kind": "category", "values": [1, "a"]}, "values must be strings, or numbers"),
        ({"kind": "category", "values": [True]}, "values must be strings, or numbers"),
        ({"kind": "category", "values": ["a", "a"]}, "a comes more than once"),
        (
            {"kind": "image", "width": 8, "height": 8, "mode": "RGBA", "scale": 1},
            "mode must be one of L, RGB",
        ),
        ({"kind": "image", "width": 0, "height": 8, "mode": "L", "scale": 1}, "width must be from 1 to 1024"),
        ({"kind": "image", "width": 8, "height": 8, "mode": "L", "scale": 0}, "scale must be above 0"),
        ({"kind": "image", "width": 8, "height": 8, "mode": "L"}, "scale is missing"),
        (
            {"kind": "image", "width": 8, "height": 8, "mode": "L", "scale": 1, "shape": [8]},
            "unknown key 'shape'",
        ),
        (
            {"kind": "image", "width": 8, "height": 8, "mode": "L", "scale": 256, "datatype": "uint8"},
            "held by uint8",
        ),
        ({"datatype": "int64"}, "instance, x: a whole number .* expected, 0.5 came"),
        ({"maximum": 0.25}, "instance, x: a number of at most 0.25 expected, 0.5 came"),
    ],
)
def test_a_manifest_that_breaks_a_rule_of_its_kind_is_refused(
    changes: dict[str, Any], said: str, tmp_path: Path
) -> None:
    inputs = [{"name": "x", "kind": "number", **changes}]
    examples = [{"instance": [0.5], "prediction": 1.0}]
    publish(tmp_path, None, line_manifest(inputs=inputs, examples=examples), artifact=b"")
    with pytest.raises(RefusedError, match=said):
        read_manifest((tmp_path / "manifest.json").read_bytes())


@pytest.mark.parametrize(
    ("details", "datatype", "shape"),
    [
        ({"kind": "number"}, "float64", ()),
        ({"kind": "number", "datatype": "int16", "shape": [2, 3]}, "int16", (2, 3)),
        ({"kind": "string"}, "string", ()),
        ({"kind": "category", "values": ["a", "b"]}, "string", ()),
        ({"kind": "category", "values": [1, 2]}, "int64", ()),
        ({"kind": "category", "values": [1, 2.5]}, "float64", ()),
        ({"kind": "category", "values": [1, 2**63]}, "float64", ()),
        ({"kind": "image", "width": 2, "height": 3, "mode": "L", "scale": 1}, "float64", (3, 2)),
        (
            {"kind": "image", "width": 2, "height": 3, "mode": "RGB", "scale": 1, "datatype": "uint8"},
            "uint8",
            (3, 2, 3),
        ),
    ],
)
def test_an_input_has_its_datatype_and_shape(
    details: dict[str, Any], datatype: str, shape: tuple[int, ...]
) -> None:
    (item,) = read_inputs([Reader({"name": "x", **details}, "manifest.json")])
    assert (item.datatype, item.shape) == (datatype, shape)


def test_an_image_is_alone(tmp_path: Path) -> None:
    image = {"name": "i", "kind": "image", "width": 1, "height": 1, "mode": "L", "scale": 1}
    inputs = [image, {"name": "x", "kind": "number"}]
    publish(tmp_path, None, line_manifest(inputs=inputs), artifact=b"")
    with pytest.raises(RefusedError, match="a model with an image has no other input"):
        read_manifest((tmp_path / "manifest.json").read_bytes())


@pytest.mark.parametrize(
    ("details", "value"),
    [
        ({"kind": "string"}, "a"),
        ({"kind": "category", "values": ["a"]}, "a"),
        ({"kind": "number", "datatype": "bool"}, True),
        ({"kind": "number", "shape": [1]}, 1.0),
    ],
)
def test_a_choice_is_over_single_numbers(details: dict[str, Any], value: Any, tmp_path: Path) -> None:
    choices = [{"name": "c", "values": ["a"], "inputs": ["x"]}]
    examples = [{"instance": [value], "prediction": 1.0}]
    inputs = [{"name": "x", **details}]
    publish(tmp_path, None, line_manifest(inputs=inputs, choices=choices, examples=examples), artifact=b"")
    with pytest.raises(RefusedError, match="'x' is not a single number"):
        read_manifest((tmp_path / "manifest.json").read_bytes())


def test_as_many_values_as_the_estimator_takes(tmp_path: Path) -> None:
    inputs = [{"name": "samples", "kind": "number", "datatype": "float32", "shape": [63], "minimum": 0}]
    release = publish_signal(tmp_path, inputs=inputs, examples=[{"instance": [0] * 63, "prediction": False}])
    with pytest.raises(RefusedError, match="the manifest names 63 inputs, the artifact takes 64"):
        load(Release(**release), Files())


@pytest.mark.parametrize("publisher", [publish_people, publish_signal, publish_words])
def test_the_self_test_asks_the_examples_of_every_kind(publisher: Any, tmp_path: Path) -> None:
    release = publisher(tmp_path / "good")
    document = json.loads((tmp_path / "good" / "manifest.json").read_text())
    assert load(Release(**release), Files()).name == document["name"]
    document["examples"][-1]["probability"] = [0.5, 0.5]
    release = publisher(tmp_path / "bad", examples=document["examples"])
    with pytest.raises(RefusedError, match=f"self-test, example {len(document['examples']) - 1}"):
        load(Release(**release), Files())
