"""A dashboard shows what the alarms watch, from the same table, with their thresholds as lines."""

import json
from typing import Any

from components.monitoring.alarms import function_rules, service_rules
from components.monitoring.args import Thresholds
from components.monitoring.dashboards import (
    FUNCTION_WIDGETS,
    SERVICE_WIDGETS,
    address,
    body,
    dashboard_name,
)
from tests.infra.monitoring import DASHBOARD, FUNCTION, SERVICE, made

THRESHOLDS = Thresholds(5, 10, 5, 2, 70, 80, 80)
VALUES = {
    "FunctionName": "function",
    "Resource": "function:live",
    "ApiId": "api1",
    "Stage": "$default",
    "ClusterName": "cluster",
    "ServiceName": "service",
    "LoadBalancer": "app/lb/1",
    "TargetGroup": ["targetgroup/blue/1", "targetgroup/green/2"],
}


def widgets(document: str) -> dict[str, Any]:
    """The widgets' properties by title."""
    return {widget["properties"]["title"]: widget["properties"] for widget in json.loads(document)["widgets"]}


def test_each_service_and_function_has_a_dashboard_that_no_other_stack_has() -> None:
    found = made(services=[SERVICE], functions=[FUNCTION])
    drawn = found.one("random:index/randomId:RandomId", "watch-suffix").outputs["hex"]
    names = {r.name: r.inputs["dashboardName"] for r in found.of_type(DASHBOARD)}
    assert names == {
        "watch-fargate-dashboard": f"project-stack-watch-fargate-{drawn}",
        "watch-lambda-dashboard": f"project-stack-watch-lambda-{drawn}",
    }


def test_every_metric_with_an_alarm_is_shown_with_its_threshold() -> None:
    for shown, rules in (
        (FUNCTION_WIDGETS, function_rules(THRESHOLDS, 100)),
        (SERVICE_WIDGETS, service_rules(THRESHOLDS, 6)),
    ):
        drawn = [
            line["value"]
            for properties in widgets(body("eu-central-1", shown, VALUES, rules)).values()
            for line in properties["annotations"]["horizontal"]
        ]
        assert sorted(drawn) == sorted(rule.threshold for rule in rules)


def test_a_graph_names_region_period_and_metric_as_cloudwatch_wants_them() -> None:
    latency = widgets(body("eu-west-1", FUNCTION_WIDGETS, VALUES, []))["Latency"]
    assert (latency["region"], latency["period"], latency["view"]) == ("eu-west-1", 60, "timeSeries")
    dimensions = ["ApiId", "api1", "Stage", "$default"]
    options = {"stat": "p95", "label": "latency p95 (ms)"}
    assert latency["metrics"][0] == ["AWS/ApiGateway", "Latency", *dimensions, options]


def test_a_graph_has_a_line_for_each_target_group() -> None:
    requests = widgets(body("eu-west-1", SERVICE_WIDGETS, VALUES, []))["Requests"]["metrics"]
    assert [row[2:6] for row in requests] == [
        ["TargetGroup", "targetgroup/blue/1", "LoadBalancer", "app/lb/1"],
        ["TargetGroup", "targetgroup/green/2", "LoadBalancer", "app/lb/1"],
    ]


def test_the_alias_is_shown_where_there_is_one() -> None:
    with_alias = widgets(body("eu-west-1", FUNCTION_WIDGETS, VALUES, []))["Requests"]["metrics"]
    assert with_alias[2][:6] == [
        *("AWS/Lambda", "Invocations"),
        *("FunctionName", "function", "Resource", "function:live"),
    ]
    without = widgets(body("eu-west-1", FUNCTION_WIDGETS, {**VALUES, "Resource": None}, []))["Requests"]
    assert without["metrics"] == with_alias[:2]


def test_widgets_do_not_overlap() -> None:
    places = [
        (widget["x"], widget["y"]) for widget in json.loads(body("r", SERVICE_WIDGETS, VALUES, []))["widgets"]
    ]
    assert places == [(0, 0), (8, 0), (16, 0), (0, 6), (8, 6)]


def test_a_dashboard_s_name_holds_only_what_cloudwatch_accepts() -> None:
    assert dashboard_name("my.project", "org/dev", "watch", "a_b-c") == "my-project-org-dev-watch-a_b-c"


def test_the_address_opens_the_dashboard_in_its_region() -> None:
    assert address("eu-west-1", "p-s-w-n") == (
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/p-s-w-n"
    )
