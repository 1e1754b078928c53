"""What is read quickly, and one row without numpy: the same bytes as the general way, whatever comes."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from typing import Any

import pytest

from inference_app.hosts.assembly import Application
from inference_app.serving import predict
from inference_app.serving.one_row import predict_row
from inference_app.serving.quick_json import object_of_one_key
from tests.app.support.doors import Asked, Door

ROW = [0, 1.0, 0, 25.5]
ROWS: list[Any] = [
    ROW, [-0.0, 1e-320, 0, 1e308], [1e308, 1e308, 1e308, 1e308], [1e400, 0, 0, 0], [10**30, 0, 0, 0],
    [10**400, 0, 0, 0], [0, 1, 0], [0, 1, 0, 1, 0], [], [True, 0, 0, 1], ["1", 0, 0, 1], [None, 0, 0, 1],
    [[0], 0, 0, 1], [ROW], [ROW, ROW], {}, {"day": "tue", "celsius": 3}, 3, "row", None, [3.5], [0], [4.1],
    [-1],
]  # fmt: skip
BODIES = [
    *({form: row} for form, row in itertools.product(("data", "x", "instances", "other"), ROWS)),
    *({"instances": [ROW, row, ROW]} for row in ROWS),
    {"data": ROW, "x": ROW},
    {"x": 3},
    *ROWS,
]
RAW = [
    b'{"x":[0,1,0,25.5],"x":[0,1,0,3]}', b'{"x":[0,1,0,1e400]}', b'{"x":[-0,1,0,-0.0]}', b'{"x":[0,1,0,NaN]}',
    b'{"\\u0078":[0,1,0,25.5]}', b' {"x" : [0,1 ,0,25.5]}\n', b'{"x":[0,1,0,25.5]}x', b'{"x":[0,1,0,025.5]}',
    b'\xef\xbb\xbf{"x":[0,1,0,25.5]}', b'{"x\xff":[0,1,0,25.5]}', b'{"x":' + b"[" * 70 + b"]" * 70 + b"}",
    b'{"x":' + b"[" * 2000 + b"]" * 2000 + b"}", b'{"x":[0,1,0,1' + b"0" * 5000 + b"]}", b'{"x":[0,1,0,25.5]',
    b'{"x":[0,1,0,0.' + b"1" * 5000 + b"]}", b'{"x":[0,1,0,18446744073709551616]}', b'["x",0,1,0]', b'"x"',
    b'{"x":[0,1,0,0.1e-400]}', b'{"x":[0,1,0,3]}\x00',
]  # fmt: skip


def _text(body: Any) -> bytes:
    return json.dumps(body).replace("Infinity", "1e400").encode()


@pytest.mark.parametrize("path", ["/predict", "/predict_api", "/models/line/predict"])
def test_every_body_gets_the_bytes_that_the_general_way_gives(
    path: str, ask: Door, as_json: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers() -> list[tuple[int, bytes]]:
        headers = {**as_json, "X-Request-Id": "one-row-0001"}
        bodies = [*map(_text, BODIES), *RAW]
        replies = [ask(Asked("POST", path, "", headers, body)) for body in bodies]
        return [(reply.status, reply.body) for reply in replies]

    short = answers()
    monkeypatch.setattr(predict, "object_of_one_key", lambda _: None)
    assert short == answers()
    assert {status for status, _ in short} == {200, 400}


@pytest.mark.parametrize(
    ("path", "form"), [("/predict", "x"), ("/predict", "data"), ("/predict_api", "data")]
)
def test_a_row_of_numbers_goes_no_other_way(
    path: str,
    form: str,
    ask: Door,
    as_json: dict[str, str],
    application: Application,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = application.services.models.current("days")
    assert model is not None
    assert model.one is not None
    monkeypatch.setattr(predict, "predict", lambda *_: pytest.fail("the general way"))
    body = json.dumps({form: ROW}).encode()
    assert ask(Asked("POST", path, "", as_json, body)).status == 200


class Deaf:
    """Answers the same to whatever it is asked, as a tree may to an infinity."""

    def one(self, _: list[float]) -> tuple[int, list[float]]:
        return 1, [0.5, 0.5]


def test_an_infinity_is_for_the_general_way_whatever_the_model_makes_of_it(application: Application) -> None:
    model = application.services.models.current("days")
    assert model is not None
    estimator: Any = Deaf()
    deaf = replace(model, estimator=estimator)
    assert predict_row(deaf, {"x": [0, 1, 0, 25.5]}) is not None
    assert predict_row(deaf, {"x": [0, 1, 0, math.inf]}) is None
    assert predict_row(deaf, {"x": [1e308, 1e308, 0, 0]}) is None


def test_many_rows_of_numbers_are_read_quickly(
    ask: Door, as_json: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predict, "json_body", lambda _: pytest.fail("Python's own parser"))
    body = json.dumps({"instances": [ROW, ROW]}).encode()
    assert ask(Asked("POST", "/predict", "", as_json, body)).status == 200


@pytest.mark.parametrize(
    "body", [b'{"x":[1],"x":[2]}', b'{"x":1,"y":2}', b'["x"]', b'{"x":[1]', b"{}", b'{"x":["1"]}', b'"x\xff"']
)
def test_only_an_object_of_one_key_without_another_string_is_read_quickly(body: bytes) -> None:
    assert object_of_one_key(b'{"x":[1,2.5]}') == {"x": [1, 2.5]}
    assert object_of_one_key(body) is None
