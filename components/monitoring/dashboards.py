"""The dashboards' bodies as pure functions of the metric table, and their addresses in the console."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from . import metrics
from .alarms import Rule
from .metrics import PERIOD, Metric

WIDTH, HEIGHT, PER_ROW = 8, 6, 3

FUNCTION_WIDGETS: Sequence[tuple[str, Sequence[Metric]]] = (
    ("Requests", [metrics.API_REQUESTS, metrics.LAMBDA_INVOCATIONS, metrics.LAMBDA_ALIAS_INVOCATIONS]),
    ("Answers 4xx and 5xx", [metrics.API_4XX, metrics.API_5XX]),
    ("Latency", [metrics.API_LATENCY, metrics.LAMBDA_DURATION]),
    ("Errors", [metrics.LAMBDA_ERRORS, metrics.LAMBDA_THROTTLES]),
    ("Concurrency", [metrics.LAMBDA_CONCURRENCY]),
)
SERVICE_WIDGETS: Sequence[tuple[str, Sequence[Metric]]] = (
    ("Requests", [metrics.BALANCER_REQUESTS]),
    ("Answers 4xx and 5xx", [metrics.TARGET_4XX, metrics.TARGET_5XX, metrics.BALANCER_5XX]),
    ("Latency", [metrics.TARGET_LATENCY]),
    ("CPU and memory", [metrics.ECS_CPU, metrics.ECS_MEMORY]),
    ("Tasks", [metrics.HEALTHY_TASKS, metrics.UNHEALTHY_TASKS]),
)


def body(
    region: str,
    widgets: Sequence[tuple[str, Sequence[Metric]]],
    values: Mapping[str, Any],
    rules: Sequence[Rule],
) -> str:
    """A dashboard: a graph a widget, with the thresholds of the alarms on its metrics as lines."""
    made = []
    for at, (title, shown) in enumerate(widgets):
        lines = [
            {"label": f"alarm: {rule.metric.title}", "value": rule.threshold}
            for rule in rules
            if rule.metric in shown
        ]
        made.append(
            {
                "type": "metric",
                "x": at % PER_ROW * WIDTH,
                "y": at // PER_ROW * HEIGHT,
                "width": WIDTH,
                "height": HEIGHT,
                "properties": {
                    "title": title,
                    "region": region,
                    "view": "timeSeries",
                    "period": PERIOD,
                    "metrics": [row for metric in shown for row in _rows(metric, values)],
                    "annotations": {"horizontal": lines},
                },
            }
        )
    return json.dumps({"widgets": made}, sort_keys=True)


def _rows(metric: Metric, values: Mapping[str, Any]) -> list[list[Any]]:
    if any(dimension not in values or values[dimension] is None for dimension in metric.dimensions):
        return []
    series = [values]
    if metric.per_group:
        series = [{**values, "TargetGroup": group} for group in values["TargetGroup"]]
    return [
        [
            metric.namespace,
            metric.name,
            *(part for pair in metric.of(of).items() for part in pair),
            {"stat": metric.statistic, "label": metric.title},
        ]
        for of in series
    ]


def dashboard_name(*parts: str) -> str:
    """The parts with hyphens between, and for what CloudWatch refuses in a name (a project may hold dots)."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", "-".join(parts))


def address(region: str, dashboard: str) -> str:
    """Where a browser shows the dashboard."""
    home = f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
    return f"{home}#dashboards/dashboard/{dashboard}"
