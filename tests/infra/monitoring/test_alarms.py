"""Every alarm can fire, and tells somebody when it does and when it is over."""

from typing import Any

import pytest

from components.monitoring.alarms import group_queries
from components.monitoring.metrics import TARGET_5XX, TARGET_LATENCY
from local_cloud.recording import Resource
from tests.infra.monitoring import ALARM, FUNCTION, SERVICE, made

ABOVE, FROM = "GreaterThanThreshold", "GreaterThanOrEqualToThreshold"
API = {"ApiId": "api1", "Stage": "$default"}
TASKS = {"ClusterName": "cluster", "ServiceName": "service"}
GROUP = {"TargetGroup": "targetgroup/blue/1", "LoadBalancer": "app/lb/1"}

# The contract's table: suffix → metric, dimensions, statistic, comparison, threshold, minutes.
FUNCTION_ALARMS: dict[str, tuple[Any, ...]] = {
    "errors": ("AWS/Lambda", "Errors", {"FunctionName": "function"}, "Sum", ABOVE, 5, 1),
    "4xx": ("AWS/ApiGateway", "4xx", API, "Sum", ABOVE, 10, 1),
    "5xx": ("AWS/ApiGateway", "5xx", API, "Sum", ABOVE, 5, 1),
    "latency": ("AWS/ApiGateway", "Latency", API, "p95", ABOVE, 2000, 1),
    "concurrency": (
        "AWS/Lambda",
        "ConcurrentExecutions",
        {"FunctionName": "function"},
        "Maximum",
        FROM,
        40,
        1,
    ),
}
BALANCER = {"LoadBalancer": "app/lb/1"}
SERVICE_ALARMS: dict[str, tuple[Any, ...]] = {
    "4xx": ("AWS/ApplicationELB", "HTTPCode_Target_4XX_Count", GROUP, "Sum", ABOVE, 10, 1),
    "5xx": ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", GROUP, "Sum", ABOVE, 5, 1),
    "balancer5xx": ("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", BALANCER, "Sum", ABOVE, 5, 1),
    "latency": ("AWS/ApplicationELB", "TargetResponseTime", GROUP, "p95", ABOVE, 2, 1),
    "cpu": ("AWS/ECS", "CPUUtilization", TASKS, "Average", ABOVE, 80, 3),
    "memory": ("AWS/ECS", "MemoryUtilization", TASKS, "Average", ABOVE, 70, 3),
    "unhealthy": ("AWS/ApplicationELB", "UnHealthyHostCount", GROUP, "Maximum", FROM, 1, 3),
    "max-tasks": ("AWS/ApplicationELB", "HealthyHostCount", GROUP, "Maximum", FROM, 6, 5),
}


def watched(alarm: Resource) -> tuple[Any, ...]:
    """What an alarm watches, as a row of the tables above; of metric math its only series."""
    inputs = alarm.inputs
    rest = inputs["comparisonOperator"], inputs["threshold"], inputs["evaluationPeriods"]
    if "metricQueries" in inputs:
        expression, series = inputs["metricQueries"]
        assert expression["returnData"] is True
        metric = series["metric"]
        assert metric["period"] == 60
        return metric["namespace"], metric["metricName"], metric["dimensions"], metric["stat"], *rest
    assert inputs["period"] == 60
    statistic = inputs.get("statistic") or inputs["extendedStatistic"]
    return inputs["namespace"], inputs["metricName"], inputs["dimensions"], statistic, *rest


def test_a_function_s_alarms_are_the_contract_s() -> None:
    found = {
        a.name.removeprefix("watch-lambda-"): watched(a) for a in made(functions=[FUNCTION]).of_type(ALARM)
    }
    assert found == FUNCTION_ALARMS


def test_a_service_s_alarms_are_the_contract_s() -> None:
    found = {
        a.name.removeprefix("watch-fargate-"): watched(a) for a in made(services=[SERVICE]).of_type(ALARM)
    }
    assert found == SERVICE_ALARMS


def test_every_alarm_tells_the_topic_when_it_begins_and_when_it_ends() -> None:
    found = made(services=[SERVICE], functions=[FUNCTION])
    topic = found.one("aws:sns/topic:Topic").outputs["arn"]
    alarms = found.of_type(ALARM)
    assert len(alarms) == 13
    for alarm in alarms:
        assert alarm.inputs["alarmActions"] == [topic], alarm.name
        assert alarm.inputs["okActions"] == [topic], alarm.name
        assert alarm.inputs.get("actionsEnabled", True) is True


def test_silence_is_no_alarm() -> None:
    alarms = made(services=[SERVICE], functions=[FUNCTION]).of_type(ALARM)
    assert {alarm.inputs["treatMissingData"] for alarm in alarms} == {"notBreaching"}


@pytest.mark.parametrize(
    ("argument", "value", "alarm", "threshold"),
    [
        ("lambda_errors_threshold", 1, "lambda-errors", 1),
        ("http_4xx_threshold", 2, "lambda-4xx", 2),
        ("http_4xx_threshold", 2, "fargate-4xx", 2),
        ("http_5xx_threshold", 3, "lambda-5xx", 3),
        ("http_5xx_threshold", 3, "fargate-5xx", 3),
        ("http_5xx_threshold", 3, "fargate-balancer5xx", 3),
        ("latency_seconds_threshold", 0.5, "lambda-latency", 500),
        ("latency_seconds_threshold", 0.5, "fargate-latency", 0.5),
        ("cpu_percent_threshold", 61, "fargate-cpu", 61),
        ("memory_percent_threshold", 62, "fargate-memory", 62),
        ("concurrency_percent_threshold", 10, "lambda-concurrency", 5),
    ],
)
def test_a_threshold_reaches_its_alarms_in_their_unit(
    argument: str, value: float, alarm: str, threshold: float
) -> None:
    found = made(services=[SERVICE], functions=[FUNCTION], **{argument: value})
    assert found.one(ALARM, f"watch-{alarm}").inputs["threshold"] == threshold


def test_a_function_without_a_limit_is_held_against_the_account_s() -> None:
    function = {**FUNCTION, "concurrency_limit": None}
    alarm = made(functions=[function]).one(ALARM, "watch-lambda-concurrency")
    assert alarm.inputs["threshold"] == 800


def test_the_smallest_limit_leaves_room_for_the_warm_up_ping() -> None:
    alarm = made(functions=[{**FUNCTION, "concurrency_limit": 2}]).one(ALARM, "watch-lambda-concurrency")
    assert alarm.inputs["threshold"] > 1


def test_a_service_with_a_fixed_number_of_tasks_has_no_alarm_at_its_maximum() -> None:
    fixed = {key: value for key, value in SERVICE.items() if key != "max_tasks"}
    names = [alarm.name for alarm in made(services=[fixed]).of_type(ALARM)]
    assert len(names) == 7
    assert "watch-fargate-max-tasks" not in names


def test_the_mail_says_what_is_wrong() -> None:
    found = made(services=[SERVICE], functions=[FUNCTION])
    said = {alarm.name: alarm.inputs["alarmDescription"] for alarm in found.of_type(ALARM)}
    assert said["watch-lambda-5xx"] == "lambda: 5xx answers, more than 5 for a minute"
    assert said["watch-fargate-max-tasks"] == "fargate: healthy tasks, at least 6 for 5 minutes"


def test_counts_are_added_over_all_target_groups() -> None:
    values = {"LoadBalancer": "app/lb/1", "TargetGroup": ["targetgroup/blue/1", "targetgroup/green/2"]}
    expression, *series = group_queries(TARGET_5XX, values)
    assert expression["expression"] == "SUM([FILL(m0, 0), FILL(m1, 0)])"
    assert expression["return_data"] is True
    assert [(query["id"], query["metric"]["dimensions"]) for query in series] == [
        ("m0", {"TargetGroup": "targetgroup/blue/1", "LoadBalancer": "app/lb/1"}),
        ("m1", {"TargetGroup": "targetgroup/green/2", "LoadBalancer": "app/lb/1"}),
    ]
    assert [query["return_data"] for query in series] == [False, False]


def test_of_latencies_the_worst_target_group_counts() -> None:
    expression, _ = group_queries(TARGET_LATENCY, {"LoadBalancer": "lb", "TargetGroup": ["tg"]})
    assert expression["expression"] == "MAX([FILL(m0, 0)])"


def test_names_of_watched_and_alarms_cannot_collide() -> None:
    """An alarm's ending holds another's nowhere at its end after a hyphen, so names decide alone."""
    endings = {*FUNCTION_ALARMS, *SERVICE_ALARMS, "dashboard"}
    assert [(a, b) for a in endings for b in endings if a != b and a.endswith(f"-{b}")] == []
