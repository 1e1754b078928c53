"""The line in which the image test ends, and when it counts as held."""

from __future__ import annotations

import pytest

from tests.image.outcome import Compared, Outcome


def held() -> Outcome:
    return Outcome(Compared(62, 62), Compared(60, 60), answered=20, exit_code=0)


def test_the_closing_line_is_the_one_that_is_promised() -> None:
    assert held().holds
    assert held().closing_line == "fargate: 62 equal, lambda: 60 equal, in flight 20 of 20, exit 0"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"fargate": Compared(62, 61)},
            "fargate: 61 of 62 equal, lambda: 60 equal, in flight 20 of 20, exit 0",
        ),
        ({"function": Compared()}, "fargate: 62 equal, lambda: 0 equal, in flight 20 of 20, exit 0"),
        ({"answered": 19}, "fargate: 62 equal, lambda: 60 equal, in flight 19 of 20, exit 0"),
        ({"exit_code": 137}, "fargate: 62 equal, lambda: 60 equal, in flight 20 of 20, exit 137"),
        ({"exit_code": None}, "fargate: 62 equal, lambda: 60 equal, in flight 20 of 20, exit none"),
        (
            {"failures": ["no HEALTHCHECK"]},
            "fargate: 62 equal, lambda: 60 equal, in flight 20 of 20, exit 0",
        ),
    ],
)
def test_one_promise_that_does_not_hold_is_enough(change: dict[str, object], line: str) -> None:
    outcome = held()
    for name, value in change.items():
        setattr(outcome, name, value)
    assert not outcome.holds
    assert outcome.closing_line == line
