"""Inference with every kind of input: one tensor an input, the numbers of any datatype that holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from inference_app.hosts.assembly import Application, assemble
from inference_app.serving.answer import answer
from inference_app.serving.messages import Answer, Request
from inference_app.settings import read_settings
from tests.app.support.environment import USER, environment
from tests.app.support.kinds import PEOPLE, publish_people, publish_picture, publish_signal, publish_words
from tests.app.support.tensors import in_bytes, outputs_of, tensor

DATATYPES = {"age": "INT64", "height": "FP32", "colour": "BYTES", "side": "BYTES", "member": "BOOL"}
Post = Any


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Application:
    folder = tmp_path_factory.mktemp("kinds")
    publishers = (publish_people, publish_signal, publish_words, publish_picture)
    releases = [publish(folder / publish.__name__) for publish in publishers]
    application = assemble(read_settings(environment(folder, releases, default="people")))
    assert application.load()
    return application


@pytest.fixture
def post(kinds: Application) -> Post:
    token = kinds.services.tokens.issue(USER)

    def ask(path: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        every = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        every |= {key.lower(): value for key, value in (headers or {}).items()}
        return answer(Request("POST", path, "", every, body, "", "id-000001"), kinds.services)

    return ask


def infer(post: Post, model: str, *tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs for `tensors` in JSON, which are bit for bit those for the same as bytes, in bytes."""
    path = f"/v2/models/{model}/infer"
    as_json = post(path, json.dumps({"inputs": tensors}).encode())
    assert as_json.status == 200, as_json.body
    found = outputs_of({}, as_json.body)
    headers, body = in_bytes(*tensors, parameters={"binary_data_output": True})
    reply = post(path, body, headers)
    assert reply.status == 200, reply.body
    in_binary = outputs_of({key.lower(): value for key, value in reply.headers}, reply.body)
    assert {name: array.tolist() for name, array in in_binary.items()} == {
        name: array.tolist() for name, array in found.items()
    }
    return found


def predicted(post: Post, model: str, instances: list[Any]) -> dict[str, Any]:
    reply = post(f"/models/{model}/predict", json.dumps({"instances": instances}).encode())
    document: dict[str, Any] = json.loads(reply.body)
    assert reply.status == 200, document
    return document


def refusal(post: Post, model: str, *tensors: Mapping[str, Any]) -> str:
    reply = post(f"/v2/models/{model}/infer", json.dumps({"inputs": tensors}).encode())
    assert (reply.status, reply.code) == (400, "invalid_input")
    return str(json.loads(reply.body)["error"])


def columns(rows: list[list[Any]]) -> list[dict[str, Any]]:
    return [
        tensor(name, datatype, [row[index] for row in rows], [len(rows)])
        for index, (name, datatype) in enumerate(DATATYPES.items())
    ]


def test_the_metadata_holds_a_tensor_for_each_input(kinds: Application) -> None:
    headers = {"authorization": f"Bearer {kinds.services.tokens.issue(USER)}"}
    found = {}
    for name in ("people", "signal", "words", "picture"):
        asked = Request("GET", f"/v2/models/{name}", "", headers, b"", "", "id-000001")
        document = json.loads(answer(asked, kinds.services).body)
        found[name] = [
            [(one["name"], one["datatype"], one["shape"]) for one in document[key]]
            for key in ("inputs", "outputs")
        ]
    assert found == {
        "people": [
            [(name, datatype, [-1]) for name, datatype in DATATYPES.items()],
            [("answer", "BYTES", [-1]), ("probability", "FP64", [-1, 2])],
        ],
        "signal": [
            [("samples", "FP32", [-1, 64])],
            [("louder", "BOOL", [-1]), ("probability", "FP64", [-1, 2])],
        ],
        "words": [[("text", "BYTES", [-1])], [("mood", "INT64", [-1]), ("probability", "FP64", [-1, 2])]],
        "picture": [
            [("image", "FP64", [-1, 8, 8])],
            [("quarter", "INT64", [-1]), ("probability", "FP64", [-1, 4])],
        ],
    }


def test_a_table_of_mixed_columns_is_one_tensor_a_column(post: Post) -> None:
    found = infer(post, "people", *columns(PEOPLE)[::-1])
    expected = predicted(post, "people", PEOPLE)
    assert found["answer"].tolist() == expected["prediction"]
    assert found["probability"].tolist() == expected["probability"]


def test_a_column_may_have_a_second_axis_of_one(post: Post) -> None:
    upright = [one | {"shape": [len(PEOPLE), 1]} for one in columns(PEOPLE)]
    assert (
        infer(post, "people", *upright)["answer"].tolist() == predicted(post, "people", PEOPLE)["prediction"]
    )


def test_an_array_input_takes_any_datatype_that_fits(post: Post) -> None:
    rows = np.arange(128).reshape(2, 64) % 9
    expected = predicted(post, "signal", rows.tolist())["probability"]
    for datatype in ("FP16", "FP32", "FP64", "INT8", "UINT64"):
        found = infer(post, "signal", tensor("samples", datatype, rows.tolist()))
        assert found["probability"].tolist() == expected, datatype
    assert infer(post, "signal", tensor("samples", "FP32", rows.tolist()))["louder"].dtype == np.bool_


def test_an_image_is_the_values_that_the_estimator_gets(post: Post) -> None:
    images = (np.arange(192) % 17).reshape(3, 8, 8)
    found = infer(post, "picture", tensor("image", "UINT8", images.tolist()))
    expected = predicted(post, "picture", images.tolist())
    assert found["quarter"].tolist() == expected["prediction"]
    assert found["probability"].tolist() == expected["probability"]


def test_texts_are_bytes_of_utf_8(post: Post) -> None:
    found = infer(post, "words", tensor("text", "BYTES", ["great", "schön awful", ""]))
    expected = predicted(post, "words", [["great"], ["schön awful"], [""]])
    assert found["mood"].tolist() == expected["prediction"]


def test_what_an_input_refuses_is_named_with_its_row(post: Post) -> None:
    def people(index: int, **changes: Any) -> list[dict[str, Any]]:
        tensors = columns(PEOPLE[:2])
        tensors[index] |= changes
        return tensors

    age, height, side, member = (
        refusal(post, "people", *people(0, data=[20, 151])),
        refusal(post, "people", *people(1, datatype="FP64", data=[1.5, 0.1])),
        refusal(post, "people", *people(3, data=["north", "west"])),
        refusal(post, "people", *people(4, datatype="UINT8", data=[1, 0])),
    )
    assert age == "row 1, input 'age': a whole number from 0 to 150 expected, 151 came"
    assert height == 'input "height", element [1]: FP64 0.1 is no FP32 number'
    assert side == 'row 1, input \'side\': one of "north", "south" expected, "west" came'
    assert member == 'input "member": datatype BOOL expected, "UINT8" came'
    assert refusal(post, "people", *people(0, datatype="FP64", data=[20, 30.5])) == (
        'input "age", element [1]: FP64 30.5 is no INT64 number'
    )
    assert refusal(post, "people", *people(2, data=["red", "a" * 9])).startswith("row 1, input 'colour': ")
    assert refusal(post, "people", *people(0, shape=[1], data=[20])).startswith(
        "input 'age': the shape [-1] expected"
    )
    assert refusal(post, "people", *columns(PEOPLE)[1:]).startswith('The input "age" is missing')
    ragged = [[[0.0] * 8] * 7 + [[0.0] * 9]]
    assert refusal(post, "picture", tensor("image", "FP64", ragged, [1, 8, 8])).endswith(
        "a list of 9 came for a list of 8"
    )
    bright = tensor("image", "FP64", [[[0.0] * 8] * 7 + [[0.0] * 7 + [16.5]]])
    assert refusal(post, "picture", bright) == (
        "row 0, input 'image'[7][7]: a number from 0.0 to 16.0 expected, 16.5 came"
    )
