"""The alias is called every few minutes by an event that the application knows."""

import pytest

from components.api_gateway_lambda.warm_up import every
from tests.infra.api_gateway_lambda import made

RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"


@pytest.mark.parametrize(
    ("minutes", "rate"), [(1, "rate(1 minute)"), (2, "rate(2 minutes)"), (59, "rate(59 minutes)")]
)
def test_a_single_minute_is_spelled_in_the_singular(minutes: int, rate: str) -> None:
    assert every(minutes) == rate
    assert made(warm_up_minutes=minutes).one(RULE).inputs["scheduleExpression"] == rate


def test_five_minutes_is_the_default() -> None:
    assert made().one(RULE).inputs["scheduleExpression"] == "rate(5 minutes)"


def test_the_alias_is_called_with_the_event_as_eventbridge_sends_it() -> None:
    """An input of our own would replace the source and the detail-type by which it is recognised."""
    found = made()
    alias, rule = found.one("aws:lambda/alias:Alias"), found.one(RULE)
    assert found.one(TARGET).inputs == {"rule": rule.outputs["name"], "arn": alias.outputs["arn"]}


def test_the_rule_may_call_the_alias_before_it_does() -> None:
    found = made()
    permission = found.one("aws:lambda/permission:Permission", "api-warm-up-permission")
    assert permission.inputs == {
        "action": "lambda:InvokeFunction",
        "function": found.one("aws:lambda/function:Function").outputs["name"],
        "qualifier": "live",
        "principal": "events.amazonaws.com",
        "sourceArn": found.one(RULE).outputs["arn"],
    }
    assert permission.urn in found.one(TARGET).dependencies


def test_zero_minutes_make_no_schedule() -> None:
    found = made(warm_up_minutes=0)
    assert found.of_type(RULE, TARGET) == []
    assert [r.name for r in found.of_type("aws:lambda/permission:Permission")] == ["api-api-permission"]
