"""One row of FP64 in JSON without numpy: the same bytes as the general way, whatever comes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

import pytest

from inference_app.hosts.assembly import Application
from inference_app.serving import open_inference
from inference_app.serving.one_row import predict_tensor_row
from tests.app.support.doors import Asked, Door
from tests.app.support.tensors import tensor

ROW = [0, 1.0, 0, 25.5]
DATA: list[Any] = [
    ROW, [ROW], [ROW, ROW], [[ROW]], [0, 1, 0], [1e400, 0, 0, 0], [10**400, 0, 0, 0], [True, 0, 0, 1],
    ["1", 0, 0, 1], [[0], 0, 0, 1], [], [[]], {}, None, 3, [-0.0, 1e-320, 0, 1e308], [3.5], [[3.5]], [4.5],
]  # fmt: skip
SHAPES: list[Any] = [[1, 4], [1, 1], [4], [2, 4], [True, 4], [1.0, 4], [1, 4.0], [1], None, "1,4"]
INPUTS: list[list[Any]] = [
    *([tensor("instances", "FP64", data, ())] for data in DATA),
    *(
        [{**tensor("instances", datatype, data, ()), "shape": shape}]
        for datatype, shape, data in (
            *itertools.product(("FP64",), SHAPES, DATA),
            *itertools.product(("FP32", "INT64", "BOOL"), SHAPES[:2], DATA),
        )
    ),
    [{**tensor("instances", "FP64", ROW, [1, 4]), "parameters": {"binary_data_size": 32}}],
    [{**tensor("instances", "FP64", ROW, [1, 4]), "parameters": {}}],
    [tensor("instances", "FP64", ROW, [1, 4])] * 2,
    [tensor("celsius", "FP64", ROW, [1, 4])],
]


@pytest.mark.parametrize("model", ["days", "line"])
def test_every_input_gets_the_bytes_that_the_general_way_gives(
    model: str, ask: Door, as_json: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers() -> list[tuple[int, bytes]]:
        headers = {**as_json, "X-Request-Id": "one-row-0002"}
        bodies = [json.dumps({"inputs": inputs}).replace("Infinity", "1e400") for inputs in INPUTS]
        replies = [
            ask(Asked("POST", f"/v2/models/{model}/infer", "", headers, body.encode())) for body in bodies
        ]
        return [(reply.status, reply.body) for reply in replies]

    short = answers()
    monkeypatch.setattr(open_inference, "predict_tensor_row", lambda *_: None)
    assert short == answers()
    assert {status for status, _ in short} == {200, 400}


def test_a_row_of_numbers_goes_no_other_way(application: Application) -> None:
    days, line = (application.services.models.current(name) for name in ("days", "line"))
    assert days is not None
    assert line is not None
    assert predict_tensor_row(days, [tensor("instances", "FP64", ROW, [1, 4])]) is not None
    assert predict_tensor_row(days, [tensor("instances", "FP64", [ROW])]) is not None
    assert predict_tensor_row(line, [tensor("instances", "FP64", [3], [1, 1])]) is not None
    assert predict_tensor_row(line, [tensor("instances", "FP32", [3], [1, 1])]) is None
