"""Every case through every door of this checkout: each as the contract says, all of them equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from inference_app.serving.answer import ROUTES

from .asking import Asked
from .case import Case
from .cases import GROUPS, table
from .routes import METHODS, OPEN, path_of
from .runner import compare, equal_count
from .served import DOORS, REFERENCE, House
from .ways import BALANCER_EVENTS, Feature

MOST_LINES = 20


def fail_with(differences: Mapping[str, Sequence[str]]) -> None:
    """Fails with every difference in a line of its own, if there is one."""
    lines = [f"{name}: {line}" for name, found in differences.items() for line in found]
    if lines:
        pytest.fail("\n".join([f"{len(lines)} differences", *lines[:MOST_LINES]]), pytrace=False)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("door", DOORS)
def test_the_answers_are_those_of_the_contract(door: str, group: str, served: House) -> None:
    results = served.results(door, group)
    fail_with({result.name: result.differences for result in results})
    assert any(result.passed for result in results)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("door", [door for door in DOORS if door != REFERENCE])
def test_the_answers_of_all_doors_are_equal(door: str, group: str, served: House) -> None:
    reference, results = served.results(REFERENCE, group), served.results(door, group)
    fail_with(compare(reference, results))
    assert equal_count(reference, results) == sum(result.passed for result in results)


def test_a_token_of_one_door_opens_every_other(served: House) -> None:
    for giver in DOORS:
        auth = {"Authorization": f"Bearer {served.service(giver).token}"}
        for taker in DOORS:
            reply = served.door(taker)(Asked("GET", "/models", headers=auth))
            assert (giver, taker, reply.status) == (giver, taker, 200)


@pytest.mark.parametrize("door", DOORS)
def test_nothing_is_left_out_in_silence(door: str, served: House) -> None:
    left_out = {
        result.left_out for group in GROUPS for result in served.results(door, group) if result.left_out
    }
    about_models = {
        "2 models have a single input, not one",
        "GET /models lists no gpa_to_sat",
    }
    by_the_way = set(BALANCER_EVENTS.refuses.values()) if door == "alb" else set()
    assert left_out <= about_models | by_the_way


def test_the_table_knows_every_route_and_its_methods(served: House) -> None:
    known = {route.path: (", ".join(route.methods), not route.needs_token) for route in ROUTES}
    assert {path: (methods, path in OPEN) for path, methods in METHODS.items()} == known
    rows = [row for row in table(served.service()) if isinstance(row, Case)]
    for route in ROUTES:
        for method in route.handlers:
            path = path_of(route.path, served.service())
            asked = [row for row in rows if (row.asked.method, row.asked.path) == (method, path)]
            assert {row.status for row in asked} & {200}, f"{method} {route.path} is never answered with 200"


def test_every_feature_that_a_way_may_lack_is_asked_for_by_a_case(served: House) -> None:
    rows = [row for row in table(served.service()) if isinstance(row, Case)]
    needed = {feature for row in rows for feature in row.needs}
    assert needed >= set(Feature) - {Feature.EQUAL_PARAMETERS}
