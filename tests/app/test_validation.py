"""From a document to arrays: each form, each refusal, and what exactly the refusal says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from inference_app.errors import ApiError
from inference_app.models.inputs import Choice, Input
from inference_app.models.manifest import Manifest, Output
from inference_app.serving.validation import arrays_from

INPUTS = (
    Input("day_mon", "number"),
    Input("day_tue", "number"),
    Input("celsius", "number", minimum=-50.0),
    Input("hours", "number", maximum=24.0),
)
DAY = Choice("day", "", ("mon", 2), ("day_mon", "day_tue"))


def manifest(inputs: tuple[Input, ...] = INPUTS, choices: tuple[Choice, ...] = (DAY,)) -> Manifest:
    output = Output("y", "number")
    return Manifest("m", "1", "", "", "a", "0" * 64, "1", inputs, choices, output, (), {}, {})


def rows(document: Any, described: Manifest | None = None) -> Any:
    return arrays_from(document, described or manifest())["instances"].tolist()


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"instances": [[1, 0, 2.5, 3], [0, 1, -50, 24]]}, [[1, 0, 2.5, 3], [0, 1, -50, 24]]),
        ({"data": [1, 0, 2, 3]}, [[1, 0, 2, 3]]),
        ({"x": [1, 0, 2, 3]}, [[1, 0, 2, 3]]),
        ({"day_mon": 1, "day_tue": 0, "celsius": 2, "hours": 3}, [[1, 0, 2, 3]]),
        ({"hours": 3, "day": "mon", "celsius": 2}, [[1, 0, 2, 3]]),
        ({"instances": [{"hours": 3, "day": 2, "celsius": 2}]}, [[0, 1, 2, 3]]),
        ({"instances": [{"hours": 3, "day": 2.0, "celsius": 2}]}, [[0, 1, 2, 3]]),
    ],
)
def test_every_form_gives_the_same_float64_rows(document: Any, expected: Any) -> None:
    assert rows(document) == expected
    assert arrays_from(document, manifest())["instances"].dtype == np.float64


def test_an_input_called_like_a_form_can_be_sent_as_a_record() -> None:
    only_x = manifest((Input("x", "number"),), ())
    assert rows({"x": 3}, only_x) == [[3.0]]
    assert rows({"x": [3]}, only_x) == [[3.0]]
    assert rows({"instances": [{"x": 3}]}, only_x) == [[3.0]]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([1], "The body: an object expected, [1] came"),
        ({}, 'The body: {"instances": [[…], …]} or a record of named inputs expected, {} came'),
        ({"instances": []}, "instances: a list of at least one row expected, [] came"),
        ({"instances": 3}, "instances: a list of at least one row expected, 3 came"),
        ({"instances": [3]}, "row 0: a list of 4 numbers expected, 3 came"),
        ({"instances": [[1, 0, 2, 3], [1]]}, "row 1: 4 numbers expected, 1 came"),
        ({"instances": [[1, 0, 2, 3], {}]}, "row 1: a list of 4 numbers expected, {} came"),
        (
            {"instances": [{"day": "mon", "celsius": 1, "hours": 1}, [1]]},
            "row 1: a record expected like in row 0, [1] came",
        ),
        ({"instances": [[1, 0, 2, 3]], "data": []}, 'The body: only instances expected, "data" came, too'),
        (
            {"data": [[1, 0, 2, 3]]},
            'data: one row of numbers expected, rows came; send {"instances": [row, …]}',
        ),
        ({"x": [True, 0, 2, 3]}, "row 0, input 'day_mon': a finite number expected, true came"),
        ({"x": [0, 0, 2, "3"]}, "row 0, input 'hours': a number of at most 24.0 expected, \"3\" came"),
        ({"x": [0, 0, None, 3]}, "row 0, input 'celsius': a number of at least -50.0 expected, null came"),
        ({"x": [0, 0, -51, 3]}, "row 0, input 'celsius': a number of at least -50.0 expected, -51 came"),
        (
            {"x": [float("inf"), 0, 2, 3]},
            "row 0, input 'day_mon': a finite number expected, a number too large came",
        ),
        (
            {"x": [10**400, 0, 2, 3]},
            "row 0, input 'day_mon': a finite number expected, a number too large came",
        ),
        (
            {"x": [10**310, 0, 2, True]},
            "row 0, input 'day_mon': a finite number expected, a number too large came",
        ),
        (
            {"day": "sun", "celsius": 1, "hours": 1},
            'row 0, input \'day\': one of "mon", 2 expected, "sun" came',
        ),
        (
            {"day": True, "celsius": 1, "hours": 1},
            "row 0, input 'day': one of \"mon\", 2 expected, true came",
        ),
        ({"day": "2", "celsius": 1, "hours": 1}, 'row 0, input \'day\': one of "mon", 2 expected, "2" came'),
        (
            {"day": ["mon"], "celsius": 1, "hours": 1},
            'row 0, input \'day\': one of "mon", 2 expected, ["mon"] came',
        ),
        ({"day": "mon", "hours": 1}, 'row 0: the input "celsius" is missing'),
        ({"day_mon": 1, "celsius": 1, "hours": 1}, 'row 0: the input "day_tue" is missing'),
        (
            {"day": "mon", "day_tue": 1, "celsius": 1, "hours": 1},
            'row 0: "day_tue", which is part of a choice, is not one of the inputs day, celsius, hours',
        ),
        (
            {"nope": 1},
            'row 0: "nope" is not one of the inputs day_mon, day_tue, celsius, hours',
        ),
    ],
)
def test_a_refusal_says_where_what_was_expected_and_what_came(document: Any, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        arrays_from(document, manifest())
    assert (refused.value.status, refused.value.message) == (400, message)


def test_ten_thousand_rows_are_read_and_one_more_is_413() -> None:
    row = [1, 0, 2, 3]
    assert len(rows({"instances": [row] * 10_000})) == 10_000
    with pytest.raises(ApiError) as refused:
        rows({"instances": [row] * 10_001})
    assert (refused.value.status, refused.value.code) == (413, "too_many_rows")
