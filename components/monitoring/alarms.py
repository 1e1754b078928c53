"""Which alarm watches which metric from which value on, and the CloudWatch alarms for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..base.children import Children
from . import metrics
from .args import Thresholds, Watched
from .metrics import PERIOD, Metric

ABOVE = "GreaterThanThreshold"
FROM = "GreaterThanOrEqualToThreshold"


@dataclass(frozen=True)
class Rule:
    """An alarm in the making: `suffix` ends the child's name, `minutes` are periods in a row."""

    suffix: str
    metric: Metric
    comparison: str
    threshold: float
    minutes: int = 1

    def sentence(self, watched: str) -> str:
        """What the mail says."""
        word = "more than" if self.comparison == ABOVE else "at least"
        minutes = "a minute" if self.minutes == 1 else f"{self.minutes} minutes"
        return f"{watched}: {self.metric.title}, {word} {self.threshold:g} for {minutes}"


def function_rules(thresholds: Thresholds, concurrency_limit: int) -> list[Rule]:
    """The alarms of a function behind an HTTP API, whose latency is in milliseconds."""
    concurrency = thresholds.concurrency_percent / 100 * concurrency_limit
    return [
        Rule("errors", metrics.LAMBDA_ERRORS, ABOVE, thresholds.lambda_errors),
        Rule("4xx", metrics.API_4XX, ABOVE, thresholds.http_4xx),
        Rule("5xx", metrics.API_5XX, ABOVE, thresholds.http_5xx),
        Rule("latency", metrics.API_LATENCY, ABOVE, thresholds.latency_seconds * 1000),
        Rule("concurrency", metrics.LAMBDA_CONCURRENCY, FROM, concurrency),
    ]


def service_rules(thresholds: Thresholds, max_tasks: int) -> list[Rule]:
    """The alarms of a service behind a balancer, whose latency is in seconds.

    More than one minute only where one says nothing: a task that starts is busy and unhealthy for a moment,
    and a deployment runs old and new tasks side by side.
    """
    rules = [
        Rule("4xx", metrics.TARGET_4XX, ABOVE, thresholds.http_4xx),
        Rule("5xx", metrics.TARGET_5XX, ABOVE, thresholds.http_5xx),
        Rule("balancer5xx", metrics.BALANCER_5XX, ABOVE, thresholds.http_5xx),
        Rule("latency", metrics.TARGET_LATENCY, ABOVE, thresholds.latency_seconds),
        Rule("cpu", metrics.ECS_CPU, ABOVE, thresholds.cpu_percent, minutes=3),
        Rule("memory", metrics.ECS_MEMORY, ABOVE, thresholds.memory_percent, minutes=3),
        Rule("unhealthy", metrics.UNHEALTHY_TASKS, FROM, 1, minutes=3),
    ]
    if max_tasks:
        rules.append(Rule("max-tasks", metrics.HEALTHY_TASKS, FROM, max_tasks, minutes=5))
    return rules


def make_alarms(
    children: Children, watched: Watched, rules: Sequence[Rule], topic_arn: pulumi.Input[str]
) -> list[aws.cloudwatch.MetricAlarm]:
    """One alarm a rule; the topic is told when it begins and when it ends."""
    return [
        aws.cloudwatch.MetricAlarm(
            f"{children.name}-{watched.name}-{rule.suffix}",
            alarm_description=rule.sentence(watched.name),
            comparison_operator=rule.comparison,
            threshold=rule.threshold,
            evaluation_periods=rule.minutes,
            # No requests, no data, no alarm.
            treat_missing_data="notBreaching",
            alarm_actions=[topic_arn],
            ok_actions=[topic_arn],
            tags=children.tags,
            opts=children.options(),
            **_what(rule.metric, watched.values),
        )
        for rule in rules
    ]


def _what(metric: Metric, values: pulumi.Output[dict[str, Any]]) -> dict[str, Any]:
    if metric.per_group:
        return {"metric_queries": values.apply(lambda known: group_queries(metric, known))}
    return {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": values.apply(metric.of),
        "period": PERIOD,
        **metric.statistic_argument(),
    }


def group_queries(metric: Metric, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The metric over all target groups of a service: counts are added, of latencies the worst counts.

    A group without requests (the idle one of two) has no data and counts as 0.
    """
    together = "MAX" if metric.statistic.startswith("p") else "SUM"
    series = [
        {
            "id": f"m{at}",
            "return_data": False,
            "metric": {
                "namespace": metric.namespace,
                "metric_name": metric.name,
                "dimensions": metric.of({**values, "TargetGroup": group}),
                "period": PERIOD,
                "stat": metric.statistic,
            },
        }
        for at, group in enumerate(values["TargetGroup"])
    ]
    filled = ", ".join(f"FILL({query['id']}, 0)" for query in series)
    expression = f"{together}([{filled}])"
    return [{"id": "all", "expression": expression, "label": metric.title, "return_data": True}, *series]
