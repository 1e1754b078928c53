"""Differences are lines that say where, what was expected and what came."""

from __future__ import annotations

from typing import Any

import pytest

from .expect import A, About, Anything, Each, Having, Says, Text, about, differences


@pytest.mark.parametrize(
    ("expected", "came"),
    [
        (1, 1),
        ("a", "a"),
        (None, None),
        ([1, "a"], [1, "a"]),
        ({"a": [1.5]}, {"a": [1.5]}),
        (About(1.0), 1.0000005),
        (About(1.0), 1),
        (Text("[a-z]+"), "abc"),
        (Says(("row 0", "4.5")), "row 0: 4.5 came"),
        (A(str), ""),
        (Anything(), None),
        (Having({"a": 1, "b": None}), {"a": 1, "c": 2}),
        (Each(A(int)), [1, 2]),
        (Each(A(int), 2), [1, 2]),
        (about([0.5, [1.0], 1, "a"]), [0.5000001, [0.9999999], 1, "a"]),
    ],
)
def test_what_is_as_expected_has_none(expected: Any, came: Any) -> None:
    assert list(differences(expected, came, "body")) == []


@pytest.mark.parametrize(
    ("expected", "came", "lines"),
    [
        (1, 2, ["body: 1 expected, 2 came"]),
        (1, 1.0, ["body: 1 expected, 1.0 came"]),
        (1, True, ["body: 1 expected, true came"]),
        ("a", None, ['body: "a" expected, null came']),
        ([1], {"a": 1}, ['body: [1] expected, {"a": 1} came']),
        ([1, 2], [1], ["body: 2 items expected, 1 came"]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ["body.a.b[1]: 2 expected, 3 came"]),
        ({"a": 1}, {}, ["body.a: 1 expected, nothing came"]),
        ({}, {"a": 1}, ["body.a: nothing expected, 1 came"]),
        (About(1.0, 1e-9), 1.00000001, ["body: 1.0 ± 1e-09 expected, 1.00000001 came"]),
        (About(1.0), True, ["body: 1.0 ± 1e-06 expected, true came"]),
        (About(1.0), "1.0", ['body: 1.0 ± 1e-06 expected, "1.0" came']),
        (Text("[a-z]+"), "ab1", ['body: text like [a-z]+ expected, "ab1" came']),
        (Says(), " ", ['body: a sentence expected, " " came']),
        (Says(("a", "x")), "abc", ['body: a sentence that says "x" expected, "abc" came']),
        (A(int), True, ["body: a whole number expected, true came"]),
        (Having({"a": None}), {"a": 1}, ["body.a: nothing expected, 1 came"]),
        (Having({}), [], ["body: an object expected, [] came"]),
        (Each(1), [], ["body: a list of items expected, [] came"]),
        (Each(1, 2), [1], ["body: 2 items expected, 1 came"]),
        (Each(1), [1, 2, 3], ["body[1]: 1 expected, 2 came"]),
    ],
)
def test_what_is_not_has_a_line_each(expected: Any, came: Any, lines: list[str]) -> None:
    assert list(differences(expected, came, "body")) == lines


def test_a_line_repeats_no_more_of_a_value_than_fits() -> None:
    (line,) = differences("a", "b" * 10_000, "body")
    assert len(line) < 200
