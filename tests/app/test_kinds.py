"""Numbers of every datatype, strings, categories, arrays: real scikit-learn estimators at every door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from inference_app.errors import ApiError
from inference_app.hosts.assembly import assemble
from inference_app.models.inputs import Choice, Input
from inference_app.models.rows import rows_of
from inference_app.serving.validation import arrays_from
from inference_app.settings import read_settings
from tests.app.support.described import ARRAY, SINGLE, manifest
from tests.app.support.doors import Asked, Door, wsgi
from tests.app.support.environment import USER, environment
from tests.app.support.kinds import PEOPLE, people
from tests.app.support.published import line_manifest, publish

PERSON = {"age": 45, "height": 1.75, "colour": "red", "side": "south", "member": False}


def post(path: str, document: Any, headers: dict[str, str]) -> Asked:
    return Asked("POST", path, headers=headers, body=json.dumps(document).encode())


def sentence(document: Any, *inputs: Input) -> str:
    with pytest.raises(ApiError) as refused:
        arrays_from(document, manifest(*inputs))
    assert refused.value.status == 400
    return refused.value.message


# Through every door


@pytest.mark.parametrize(
    ("path", "document", "prediction"),
    [
        ("/models/people/predict", {"instances": PEOPLE}, ["no", "no", "no", "yes", "yes", "yes"]),
        ("/models/people/predict", PERSON, ["yes"]),
        ("/models/people/predict", {"instances": [PERSON, {**PERSON, "age": 20}]}, ["yes", "no"]),
        ("/models/people/predict", {"x": list(PERSON.values())}, ["yes"]),
        ("/models/people/predict", {**PERSON, "colour": "unknown"}, ["yes"]),
        ("/models/signal/predict", {"instances": [[1] * 32 + [3] * 32, [1] * 64]}, [True, False]),
        ("/models/signal/predict", {"x": [1] * 32 + [3] * 32}, [True]),
        ("/models/signal/predict", {"samples": [1] * 32 + [3] * 32}, [True]),
        ("/models/words/predict", {"instances": [["what a great fine day"], ["poor"]]}, [1, 0]),
        ("/models/words/predict", {"text": "awful, böse"}, [0]),
    ],
)
def test_each_kind_is_answered_alike_at_every_door(
    path: str, document: Any, prediction: list[Any], doors: dict[str, Door], as_json: dict[str, str]
) -> None:
    asked = post(path, document, {**as_json, "X-Request-Id": "kinds-0001"})
    answers = {door: ask(asked) for door, ask in doors.items()}
    expected = answers["wsgi"]
    assert (expected.status, json.loads(expected.body).get("prediction")) == (200, prediction)
    assert {door: reply.own for door, reply in answers.items()} == dict.fromkeys(answers, expected.own)


@pytest.mark.parametrize(
    ("path", "document", "said"),
    [
        (
            "people",
            {**PERSON, "age": 1.5},
            "row 0, input 'age': a whole number from 0 to 150 expected, 1.5 came",
        ),
        (
            "people",
            {**PERSON, "age": True},
            "row 0, input 'age': a whole number from 0 to 150 expected, true came",
        ),
        (
            "people",
            {**PERSON, "age": 151},
            "row 0, input 'age': a whole number from 0 to 150 expected, 151 came",
        ),
        (
            "people",
            {**PERSON, "height": 1e39},
            "input 'height': a finite number (float32) expected, 1e+39 came",
        ),
        (
            "people",
            {**PERSON, "colour": 3},
            "input 'colour': a string of at most 8 characters expected, 3 came",
        ),
        ("people", {**PERSON, "colour": "r" * 9}, 'at most 8 characters expected, "rrrrrrrrr" came'),
        (
            "people",
            {**PERSON, "side": "west"},
            'input \'side\': one of "north", "south" expected, "west" came',
        ),
        ("people", {**PERSON, "member": 1}, "row 0, input 'member': true or false expected, 1 came"),
        ("people", {"instances": [PEOPLE[0], [*PEOPLE[0][:4]]]}, "row 1: 5 values expected, 4 came"),
        (
            "people",
            {"instances": [PEOPLE[0], [*PEOPLE[0][:4], None]]},
            "row 1, input 'member': true or false expected",
        ),
        ("people", {"x": [PEOPLE[0]]}, "x: one row of values expected, rows came"),
        ("people", {k: v for k, v in PERSON.items() if k != "side"}, 'row 0: the input "side" is missing'),
        (
            "signal",
            {"instances": [[1] * 64, [1] * 63]},
            "row 1, input 'samples': a list of 64 values expected",
        ),
        (
            "signal",
            {"instances": [[1] * 63 + [-1]]},
            "row 0, input 'samples'[63]: a number of at least 0.0 expected, -1",
        ),
        ("signal", {"instances": [[[1] * 64]]}, "row 0, input 'samples': a list of 64 values expected"),
        ("signal", {"instances": [1]}, "row 0, input 'samples': a list of 64 values expected, 1 came"),
        ("words", {"text": "\ud800"}, "input 'text': a string expected"),
        ("words", {"text": None}, "row 0, input 'text': a string expected, null came"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(
    path: str, document: Any, said: str, ask: Door, as_json: dict[str, str]
) -> None:
    reply = ask(post(f"/models/{path}/predict", document, as_json))
    body = json.loads(reply.body)
    assert (reply.status, body["code"]) == (400, "invalid_input")
    assert said in body["error"]


def test_the_query_is_for_the_only_model_of_one_number_and_pictures_and_texts_are_none(
    ask: Door, bearer: dict[str, str]
) -> None:
    reply = ask(Asked("GET", "/predict", "input=3", bearer))  # line, beside picture, signal and words
    assert reply.status == 200
    assert reply.headers["x-model"].startswith("line;")


def test_a_query_reaches_a_model_of_one_whole_number(tmp_path: Path) -> None:
    estimator = LinearRegression().fit(np.array([[0], [1]]), [0.0, 2.0])
    inputs = [{"name": "x", "kind": "number", "datatype": "int64"}]
    described = line_manifest(inputs=inputs, examples=[{"instance": [3], "prediction": 6.0}])
    release = publish(tmp_path / "whole", estimator, described)
    application = assemble(read_settings(environment(tmp_path, [release], default="line")))
    assert application.load()
    bearer = {"Authorization": f"Bearer {application.services.tokens.issue(USER)}"}
    reply = wsgi(application)(Asked("GET", "/predict", "input=9223372036854775807", bearer))
    assert (reply.status, json.loads(reply.body)) == (200, {"prediction": [pytest.approx(2.0**64)]})
    reply = wsgi(application)(Asked("GET", "/predict", "input=3.5", bearer))
    assert (reply.status, json.loads(reply.body)["code"]) == (400, "invalid_input")


# What the arrays are


@pytest.mark.parametrize(
    ("name", "values", "dtype", "expected"),
    [
        ("float32", [1, 0.5], np.float32, [1.0, 0.5]),
        ("int64", [2**63 - 1, -(2**63), 3.0], np.int64, [2**63 - 1, -(2**63), 3]),
        ("int16", [-32768, 32767], np.int16, [-32768, 32767]),
        ("uint8", [0, 200], np.uint8, [0, 200]),
        ("bool", [True, False], np.bool_, [True, False]),
        ("string", ["", "é\x00"], np.object_, ["", "é\x00"]),
        ("words", ["b", "a"], np.object_, ["b", "a"]),
        ("levels", [3.0, 1], np.int64, [3, 1]),
        ("steps", [1, 0.5], np.float64, [1.0, 0.5]),
    ],
)
def test_json_becomes_an_array_of_the_inputs_dtype(name: str, values: Any, dtype: Any, expected: Any) -> None:
    array = arrays_from({"instances": [[value] for value in values]}, manifest(SINGLE[name]))["x"]
    assert (array.dtype, array.tolist()) == (dtype, expected)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("float32", value) for value in (3.5e38, True, "1", None, [1])),
        *(("int64", value) for value in (2**63, -(2**63) - 1, 1.5, 1e19, 10**400, "1", False)),
        *(("int16", value) for value in (32768, -32769)),
        *(("uint8", value) for value in (-1, 201, 256)),
        *(("bool", value) for value in (0, 1, "true", None)),
        *(("string", value) for value in (1, None, ["a"], "\udc00")),
        *(("short", value) for value in ("abcd",)),
        *(("words", value) for value in ("c", 1, None, ["a"], {"a": 1})),
        *(("levels", value) for value in (0, "1", True, 1.5, [1])),
        *(("steps", value) for value in (2, "0.5", True)),
    ],
)
def test_what_an_input_does_not_accept_is_refused_among_good_ones(name: str, value: Any) -> None:
    good = {"bool": True, "string": "a", "short": "a", "words": "a", "levels": 1, "steps": 0.5}.get(name, 1)
    said = sentence({"instances": [[good], [value], [good]]}, SINGLE[name])
    assert said.startswith("row 1, input 'x': ")


def test_an_array_input_keeps_its_shape_and_names_the_place() -> None:
    array = arrays_from({"instances": [[[1, 2, 3], [4, 5, 6]]]}, manifest(ARRAY))["x"]
    assert array.tolist() == [[[1, 2, 3], [4, 5, 6]]]
    assert array.dtype == np.int32
    assert sentence({"x": [[1, 2, 3], [4, -5, 6]]}, ARRAY) == (
        "row 0, input 'x'[1][1]: a whole number from 0 to 2147483647 expected, -5 came"
    )
    assert sentence({"x": [[1, 2, 3], [4, 5]]}, ARRAY) == (
        "row 0, input 'x'[1]: a list of 3 values expected, [4, 5] came"
    )
    assert sentence({"x": [[1, 2, 3], [4, 5, 6, 7]]}, ARRAY) == (
        "row 0, input 'x'[1]: a list of 3 values expected, [4, 5, 6, 7] came"
    )
    assert sentence({"x": [1, 2]}, ARRAY) == "row 0, input 'x'[0]: a list of 3 values expected, 1 came"


def test_a_table_with_an_array_beside_a_number_is_laid_out_in_the_manifests_order() -> None:
    described = manifest(SINGLE["int16"], Input("y", "number", datatype="float32", shape=(2,)))
    arrays = arrays_from({"instances": [[1, [2, 3.5]], {"x": 1, "y": [2, 3.5]}][:1]}, described)
    assert rows_of(described, arrays).tolist() == [[1.0, 2.0, 3.5]]
    arrays = arrays_from({"y": [2, 3.5], "x": 1}, described)
    assert rows_of(described, arrays).tolist() == [[1.0, 2.0, 3.5]]


def test_strings_beside_numbers_make_rows_of_objects_that_a_column_transformer_takes() -> None:
    inputs = (SINGLE["int64"], Input("word", "string", datatype="string"))
    rows = rows_of(manifest(*inputs), arrays_from({"instances": [[3, "a"], [4, "b"]]}, manifest(*inputs)))
    assert rows.tolist() == [[3, "a"], [4, "b"]]
    assert rows.dtype == np.object_
    assert people().predict(np.array(PEOPLE, dtype=object)).tolist() == ["no"] * 3 + ["yes"] * 3


def test_a_choice_sets_numbers_of_another_datatype_too() -> None:
    columns = tuple(Input(name, "number", datatype="uint8") for name in ("mon", "tue"))
    described = manifest(
        *columns, SINGLE["string"], choices=(Choice("day", "", ("mon", "tue"), ("mon", "tue")),)
    )
    arrays = arrays_from({"day": "tue", "x": "a"}, described)
    assert {name: array.tolist() for name, array in arrays.items()} == {"mon": [0], "tue": [1], "x": ["a"]}
    assert arrays["tue"].dtype == np.uint8
