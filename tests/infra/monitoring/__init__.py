"""One file a file of components/monitoring."""

from typing import Any

from components import Monitoring
from local_cloud.recording import Graph
from tests.support.fake_aws import graph_of, refusal

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"

SERVICE: dict[str, Any] = {
    "name": "fargate",
    "cluster_name": "cluster",
    "service_name": "service",
    "load_balancer_arn_suffix": "app/lb/1",
    "target_group_arn_suffixes": ["targetgroup/blue/1"],
    "max_tasks": 6,
}
FUNCTION: dict[str, Any] = {
    "name": "lambda",
    "function_name": "function",
    "alias_name": "live",
    "api_id": "api1",
    "stage_name": "$default",
    "concurrency_limit": 50,
}


def made(**args: Any) -> Graph:
    """What a Monitoring 'watch' with these arguments registers."""
    given: Any = args
    return graph_of(lambda: Monitoring("watch", given))


def refused(**args: Any) -> str:
    """What it says to these arguments."""
    given: Any = args
    return refusal(lambda: Monitoring("watch", given))
