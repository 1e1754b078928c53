"""What an inference refuses: a status, a code and a sentence that names what was expected and what came."""

from __future__ import annotations

import gzip
import json
import struct
import tracemalloc
import zlib
from collections.abc import Mapping

import pytest

from inference_app.errors import ApiError
from inference_app.hosts.assembly import Application
from inference_app.serving.answer import answer
from inference_app.serving.binary_tensors import from_bytes
from inference_app.serving.limits import MAX_JSON_BYTES, MAX_TENSOR_BYTES
from inference_app.serving.messages import Answer, Request
from tests.app.support.doors import Asked, Door
from tests.app.support.refused_inferences import REFUSALS
from tests.app.support.tensors import HEADER, in_bytes, packed, tensor


@pytest.mark.parametrize("name", REFUSALS)
def test_every_door_refuses_with_the_same_words(
    name: str, doors: dict[str, Door], bearer: dict[str, str]
) -> None:
    refusal = REFUSALS[name]
    headers = {"Content-Type": "application/json", "X-Request-Id": "parity-0004", **refusal.headers, **bearer}
    asked = Asked("POST", "/v2/models/days/infer", headers=headers, body=refusal.content)
    answers = {door: ask(asked) for door, ask in doors.items()}
    expected = answers["wsgi"]
    document = json.loads(expected.body)
    assert (expected.status, document["code"]) == (refusal.status, refusal.code), document
    assert refusal.says in document["error"]
    assert len(document["error"]) < 300
    assert {door: reply.own for door, reply in answers.items()} == dict.fromkeys(answers, expected.own)


def infer(application: Application, token: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    every = {key.lower(): value for key, value in headers.items()} | {"authorization": f"Bearer {token}"}
    asked = Request("POST", "/v2/models/line/infer", "", every, body, "", "id-000001")
    return answer(asked, application.services)


@pytest.mark.parametrize("header", [{}, {HEADER: "2"}])
@pytest.mark.parametrize(("encoding", "wbits"), [("gzip", 31), ("deflate", 15)])
def test_a_bomb_costs_no_memory(
    encoding: str, wbits: int, header: dict[str, str], application: Application, token: str
) -> None:
    compressor = zlib.compressobj(9, zlib.DEFLATED, wbits)
    bomb = b"".join(compressor.compress(b" " * 2**20) for _ in range(64)) + compressor.flush()
    assert len(bomb) < 70_000  # 64 MiB
    tracemalloc.start()
    try:
        reply = infer(application, token, bomb, {"Content-Encoding": encoding, **header})
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (reply.status, reply.code) == (413, "body_too_large")
    assert most < 4 * MAX_TENSOR_BYTES


def test_the_limits_themselves_are_not_refused(application: Application, token: str) -> None:
    rows = 10_000
    whole = tensor("instances", "FP64", [[1.0]] * rows)
    headers, body = in_bytes(whole, id="x" * 1000)
    reply = infer(application, token, body, headers)
    assert (reply.status, len(json.loads(reply.body)["outputs"][0]["data"])) == (200, rows)
    padded = json.dumps({"inputs": [tensor("instances", "FP64", [[1.0]])]}).encode().ljust(MAX_JSON_BYTES)
    assert infer(application, token, padded, {}).status == 200
    assert infer(application, token, gzip.compress(padded), {"Content-Encoding": "gzip"}).status == 200


def test_an_answer_that_is_not_finite_is_the_clients_400(application: Application, token: str) -> None:
    headers, body = in_bytes(tensor("instances", "FP64", [[5.0]]))
    reply = infer(application, token, body, headers)
    assert json.loads(reply.body)["error"] == "row 0, input 'x': a number from 0.0 to 4.0 expected, 5.0 came"


def test_strings_longer_than_their_tensor_are_refused_without_reading_on() -> None:
    for content, says in (
        (struct.pack("<I", 2**32 - 1) + b"abc", "element 0: the data ends before it"),
        (b"\1\0\0", "element 0: the data ends before it"),
        (packed("BYTES", ["a"]) + b"\1", "1 bytes are left after 1 elements"),
        (packed("BYTES", [b"\xff"]), "element 0: UTF-8 expected"),
    ):
        with pytest.raises(ApiError, match=says):
            from_bytes(memoryview(content), "BYTES", [1], "input x")
    assert from_bytes(memoryview(packed("BYTES", ["é", ""])), "BYTES", [2, 1], "x").tolist() == [["é"], [""]]


def test_a_bool_in_bytes_is_0_or_1() -> None:
    assert from_bytes(memoryview(b"\0\1"), "BOOL", [2], "x").tolist() == [False, True]
    with pytest.raises(ApiError, match="a BOOL is one byte, 0 or 1"):
        from_bytes(memoryview(b"\0\2"), "BOOL", [2], "x")
