"""Pulumi's spelling of a value becomes the API's, and what has no place is named."""

from typing import Any

import pytest
from botocore.model import ShapeResolver

from local_cloud.provision.shapes import ShapeError, fit, put, renamed

SHAPES: dict[str, Any] = {
    "Text": {"type": "string"},
    "Whole": {"type": "integer"},
    "Number": {"type": "double"},
    "Flag": {"type": "boolean"},
    "Tag": {"type": "structure", "members": {"Key": {"shape": "Text"}, "Value": {"shape": "Text"}}},
    "Tags": {"type": "list", "member": {"shape": "Tag"}},
    "Names": {"type": "list", "member": {"shape": "Text"}},
    "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
    "Inner": {"type": "structure", "members": {"ARNName": {"shape": "Text"}, "Port": {"shape": "Whole"}}},
    "Strategy": {"type": "list", "member": {"shape": "Inner"}},
    "Outer": {
        "type": "structure",
        "members": {
            "Inner": {"shape": "Inner"},
            "Tags": {"shape": "Tags"},
            "capacityProviderStrategy": {"shape": "Strategy"},
        },
    },
}


def shape(name: str) -> Any:
    return ShapeResolver(SHAPES).get_shape_by_name(name)


@pytest.mark.parametrize(
    ("value", "name", "meant"),
    [
        (8080.0, "Whole", 8080),
        ("8080", "Whole", 8080),
        (1.0, "Text", "1"),
        (True, "Text", "true"),
        ("Enabled", "Flag", True),
        ("false", "Flag", False),
        (3, "Number", 3.0),
        ({"team": "a", "cost": 1.0}, "Tags", [{"Key": "team", "Value": "a"}, {"Key": "cost", "Value": "1"}]),
        ({"a": 1.0}, "Map", {"a": "1"}),
        ("one", "Names", ["one"]),
        ([{"arnName": "x", "port": 1.0}], "Inner", {"ARNName": "x", "Port": 1}),
        ({"arnName": "x", "port": None}, "Inner", {"ARNName": "x"}),
    ],
)
def test_a_value_is_spelled_as_the_api_wants_it(value: Any, name: str, meant: Any) -> None:
    assert fit(value, shape(name), "it") == meant


def test_names_differ_in_case_and_number_only() -> None:
    parameters: dict[str, Any] = {}
    put(parameters, shape("Outer"), "capacityProviderStrategies", [{"ARNNAME": "x"}])
    put(parameters, shape("Outer"), "inner.port", "1")
    assert parameters == {"capacityProviderStrategy": [{"ARNName": "x"}], "Inner": {"Port": 1}}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("other", 1, "^other$"),
        ("inner.other", 1, r"^inner\.other$"),
        ("inner", {"other": 1}, r"^inner\.other$"),
        ("inner", [{}, {}], r"^inner \(one object expected"),
        ("inner", {"arnName": {"a": 1}}, r"^inner\.arnName \(a text expected"),
    ],
)
def test_what_has_no_place_is_named(path: str, value: Any, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        put({}, shape("Outer"), path, value)


def test_keys_are_renamed_at_every_level_and_left_out_by_an_empty_name() -> None:
    assert renamed([{"a": {"b": 1, "c": 2}}], {"a": "A", "b": "B", "c": ""}) == [{"A": {"B": 1}}]
