"""Inference by the Open Inference Protocol: JSON and bytes give the same numbers, through every door."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_app.hosts.assembly import Application, assemble
from inference_app.serving.answer import answer
from inference_app.serving.messages import Request
from inference_app.settings import read_settings
from tests.app.support.doors import Asked, Door, Reply, wsgi
from tests.app.support.environment import environment
from tests.app.support.published import release_of
from tests.app.support.tensors import HEADER, in_bytes, outputs_of, packed, tensor

ARTIFACTS = Path(__file__).parents[2] / "model_artifacts"
DAY = [0.0, 1.0, 0.0, 25.0]
ROWS = [DAY, [1.0, 0.0, 0.0, -3.5], [0.0, 0.0, 1.0, 12.25]]
DAYS = tensor("instances", "FP64", ROWS)
AS_BYTES = {"parameters": {"binary_data_output": True}}

Infer = Callable[..., Reply]


@pytest.fixture
def infer(doors: dict[str, Door], bearer: dict[str, str]) -> Infer:
    """Asks every door for an inference; what the WSGI application answered, as all the others did."""

    def ask(
        body: Mapping[str, Any] | bytes, model: str = "days", headers: Mapping[str, str] | None = None
    ) -> Reply:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "X-Request-Id": "parity-0003", **(headers or {})}
        asked = Asked("POST", f"/v2/models/{model}/infer", headers=headers | bearer, body=content)
        answers = {name: door(asked) for name, door in doors.items()}
        expected = answers["wsgi"]
        assert {name: reply.own for name, reply in answers.items()} == dict.fromkeys(answers, expected.own)
        return expected

    return ask


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Application:
    """The application with the models of the repository."""
    releases = [release_of(ARTIFACTS / name) for name in ("gpa_to_sat", "flight_delay")]
    settings = read_settings(
        environment(tmp_path_factory.mktemp("committed"), releases, default="flight_delay")
    )
    application = assemble(settings)
    assert application.load()
    return application


def golden(application: Application, name: str, bearer: dict[str, str], rows: object) -> dict[str, Any]:
    """The outputs of a committed model for rows as JSON, and as bytes the same."""
    ask = wsgi(application)
    wanted = tensor("instances", "FP64", rows)
    path = f"/v2/models/{name}/infer"
    as_json = ask(Asked("POST", path, headers=bearer, body=json.dumps({"inputs": [wanted]}).encode()))
    headers, body = in_bytes(wanted, **AS_BYTES)
    as_bytes = ask(Asked("POST", path, headers=bearer | headers, body=body))
    found = outputs_of(as_json.headers, as_json.body)
    for output, array in outputs_of(as_bytes.headers, as_bytes.body).items():
        assert array.tobytes() == found[output].tobytes()
    return found


def test_a_gpa_gives_its_sat_score(committed: Application, bearer: dict[str, str]) -> None:
    found = golden(committed, "gpa_to_sat", bearer, [[0.0], [3.0], [4.0]])
    assert list(found) == ["sat_score"]
    expected = [1009.9768130651476, 1763.0867553206997, 2014.123402739217]
    assert found["sat_score"].tolist() == pytest.approx(expected, abs=1e-9)


def test_a_flight_gives_its_class_and_the_probability_of_both(
    committed: Application, bearer: dict[str, str]
) -> None:
    model = committed.services.models.current("flight_delay")
    assert model is not None
    examples = model.manifest.examples
    found = golden(committed, "flight_delay", bearer, [list(example.instance) for example in examples])
    assert list(found) == ["delayed", "probability"]
    assert found["delayed"].tolist() == [example.prediction for example in examples]
    probabilities = [list(example.probability or ()) for example in examples]
    assert found["probability"] == pytest.approx(np.array(probabilities), abs=1e-6)


def test_the_answer_names_model_version_id_and_each_tensor(infer: Infer) -> None:
    reply = infer({"id": "a-7", "inputs": [tensor("instances", "FP64", [[3.0]])]}, "line")
    assert reply.status == 200
    assert json.loads(reply.body) == {
        "model_name": "line",
        "model_version": "1.0.0",
        "id": "a-7",
        "outputs": [{"name": "y", "datatype": "FP64", "shape": [1], "data": [pytest.approx(7.0, abs=1e-9)]}],
    }
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-model"].startswith("line;1.0.0;")
    assert "inference-header-content-length" not in reply.headers


def test_without_an_id_none_comes_back(infer: Infer) -> None:
    assert "id" not in json.loads(infer({"inputs": [DAYS]}).body)


def test_a_version_in_the_path_gives_the_same_answer(infer: Infer) -> None:
    assert infer({"inputs": [DAYS]}, "days/versions/1.0.0").own == infer({"inputs": [DAYS]}).own


def test_flat_and_nested_data_are_the_same(infer: Infer) -> None:
    flat = tensor("instances", "FP64", [value for row in ROWS for value in row], [3, 4])
    assert infer({"inputs": [flat]}).own == infer({"inputs": [DAYS]}).own


def test_a_tensor_for_each_column_is_the_same_as_the_table(infer: Infer) -> None:
    names = ("day_mon", "day_tue", "day_wed", "celsius")
    columns = list(zip(*ROWS, strict=True))
    one_axis = [tensor(name, "FP64", list(column)) for name, column in zip(names, columns, strict=True)]
    two_axes = [one | {"shape": [3, 1], "data": [[value] for value in one["data"]]} for one in one_axis]
    expected = infer({"inputs": [DAYS]}).own
    assert infer({"inputs": one_axis[::-1]}).own == expected
    assert infer({"inputs": two_axes}).own == expected
    headers, body = in_bytes(*one_axis)
    assert infer(body, headers=headers).own == expected


def test_bytes_and_json_are_the_same_bit_for_bit(infer: Infer) -> None:
    as_json = infer({"inputs": [DAYS]})
    headers, body = in_bytes(DAYS)
    assert infer(body, headers=headers).own == as_json.own
    headers, body = in_bytes(DAYS, **AS_BYTES)
    as_bytes = infer(body, headers=headers)
    assert as_bytes.headers["content-type"] == "application/octet-stream"
    document = as_bytes.body[: int(as_bytes.headers["inference-header-content-length"])]
    assert json.loads(document)["outputs"] == [
        {"name": "warm", "datatype": "INT64", "shape": [3], "parameters": {"binary_data_size": 24}},
        {"name": "probability", "datatype": "FP64", "shape": [3, 2], "parameters": {"binary_data_size": 48}},
    ]
    expected = outputs_of(as_json.headers, as_json.body)
    for name, array in outputs_of(as_bytes.headers, as_bytes.body).items():
        assert (array.dtype, array.tobytes()) == (expected[name].dtype, expected[name].tobytes())


def test_outputs_come_in_the_order_and_the_form_that_is_asked_for(infer: Infer) -> None:
    outputs = [{"name": "probability", "parameters": {"binary_data": False}}, {"name": "warm"}]
    reply = infer({"inputs": [DAYS], "outputs": outputs, **AS_BYTES})
    length = int(reply.headers["inference-header-content-length"])
    found = json.loads(reply.body[:length])["outputs"]
    assert [(one["name"], "data" in one) for one in found] == [("probability", True), ("warm", False)]
    assert np.frombuffer(reply.body[length:], "<i8").tolist() == [1, 0, 0]
    only = infer({"inputs": [DAYS], "outputs": [{"name": "warm", "parameters": {"binary_data": False}}]})
    assert [one["name"] for one in json.loads(only.body)["outputs"]] == ["warm"]


def test_no_output_named_is_all_of_them(infer: Infer) -> None:
    assert infer({"inputs": [DAYS], "outputs": []}).own == infer({"inputs": [DAYS]}).own


def test_the_body_alone_may_be_the_only_input(infer: Infer) -> None:
    raw = infer(packed("FP64", ROWS), headers={HEADER: "0", "Content-Type": "application/octet-stream"})
    headers, body = in_bytes(DAYS, **AS_BYTES)
    assert raw.own == infer(body, headers=headers).own


@pytest.mark.parametrize(
    "content_type", ["", "application/octet-stream", "application/json; charset=utf-8", "APPLICATION/JSON"]
)
def test_clients_name_the_type_in_many_ways(content_type: str, infer: Infer) -> None:
    expected = infer({"inputs": [DAYS]}).own
    assert infer({"inputs": [DAYS]}, headers={"Content-Type": content_type}).own == expected
    headers, body = in_bytes(DAYS)
    assert infer(body, headers=headers | {"Content-Type": content_type}).own == expected


@pytest.mark.parametrize("datatype", ["FP16", "FP32", "FP64"])
def test_a_narrower_float_is_widened(datatype: str, infer: Infer) -> None:
    number = float(np.array(3.1, {"FP16": "f2", "FP32": "f4", "FP64": "f8"}[datatype]))
    expected = outputs_of({}, infer({"inputs": [tensor("instances", "FP64", [[number]])]}, "line").body)
    narrow = tensor("instances", datatype, [[3.1]])
    headers, body = in_bytes(narrow)
    for reply in (infer({"inputs": [narrow]}, "line"), infer(body, "line", headers)):
        assert outputs_of({}, reply.body)["y"].tobytes() == expected["y"].tobytes()


@pytest.mark.parametrize("datatype", [f"{sign}INT{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)])
def test_whole_numbers_are_taken_as_they_are(datatype: str, infer: Infer) -> None:
    whole = tensor("instances", datatype, [[3], [0]])
    headers, body = in_bytes(whole)
    for reply in (infer({"inputs": [whole]}, "line"), infer(body, "line", headers)):
        assert outputs_of({}, reply.body)["y"].tolist() == pytest.approx([7.0, 1.0], abs=1e-9)


@pytest.mark.parametrize(
    ("encoding", "compress"), [("gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_compressed_request_is_the_same(
    encoding: str, compress: Callable[[bytes], bytes], infer: Infer
) -> None:
    expected = infer({"inputs": [DAYS]}).own
    as_json = compress(json.dumps({"inputs": [DAYS]}).encode())
    assert infer(as_json, headers={"Content-Encoding": encoding}).own == expected
    headers, body = in_bytes(DAYS)
    assert infer(compress(body), headers=headers | {"Content-Encoding": encoding}).own == expected


@pytest.mark.parametrize("rows", [ROWS, ROWS * 200])
@pytest.mark.parametrize(
    ("accepted", "encoding", "decompress"),
    [
        ("gzip", "gzip", gzip.decompress),
        ("deflate, gzip;q=0.5", "gzip", gzip.decompress),
        ("deflate", "deflate", zlib.decompress),
        ("gzip;q=0, deflate", "deflate", zlib.decompress),
        ("br", None, bytes),
        ("", None, bytes),
    ],
)
def test_an_answer_is_compressed_as_the_client_takes_it(
    accepted: str, encoding: str | None, decompress: Callable[[bytes], bytes], rows: Any, infer: Infer
) -> None:
    headers, body = in_bytes(tensor("instances", "FP64", rows), **AS_BYTES)
    plain = infer(body, headers=headers)
    reply = infer(body, headers=headers | {"Accept-Encoding": accepted})
    assert reply.headers.get("content-encoding") == encoding
    assert decompress(reply.body) == plain.body
    assert (
        reply.headers["inference-header-content-length"] == plain.headers["inference-header-content-length"]
    )


def test_an_error_is_never_compressed(infer: Infer) -> None:
    reply = infer(b"{", headers={"Accept-Encoding": "gzip"})
    assert (reply.status, json.loads(reply.body)["code"]) == (400, "invalid_json")
    assert "content-encoding" not in reply.headers


def test_what_an_inference_predicted_is_told_to_logs_and_metrics(
    application: Application, token: str
) -> None:
    body = json.dumps({"inputs": [DAYS]}).encode()
    headers = {"authorization": f"Bearer {token}"}
    asked = Request("POST", "/v2/models/days/versions/1.0.0/infer", "", headers, body, "", "id-000001")
    reply = answer(asked, application.services)
    assert reply.prediction is not None
    assert (reply.prediction.model, reply.prediction.version) == ("days", "1.0.0")
    assert reply.prediction.prediction.arrays.values.tolist() == [1, 0, 0]
    assert reply.route == "/v2/models/{name}/versions/{version}/infer"
