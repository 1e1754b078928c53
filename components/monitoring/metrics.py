"""The one table of metrics: what alarms watch and dashboards show is named here and nowhere else.

A metric with a wrong name, dimension or statistic is no error in CloudWatch: it is an alarm that never fires.
Each entry says where AWS documents it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PERIOD = 60

LAMBDA = "docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
HTTP_API = "docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html"
BALANCER = "docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html"
ECS = "docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html"

FUNCTION = ("FunctionName",)
ALIAS = ("FunctionName", "Resource")
# By these two an HTTP API has 4xx, 5xx and Latency; 4XXError and 5XXError by ApiName belong to REST APIs.
STAGE = ("ApiId", "Stage")
SERVICE = ("ClusterName", "ServiceName")
BALANCER_ONLY = ("LoadBalancer",)
# Per target group, so that another service behind the same balancer is not counted.
GROUP = ("TargetGroup", "LoadBalancer")


@dataclass(frozen=True)
class Metric:
    """One metric as CloudWatch knows it, and the statistic that makes sense for it."""

    name: str
    namespace: str
    dimensions: tuple[str, ...]
    statistic: str
    title: str
    source: str

    @property
    def per_group(self) -> bool:
        """Whether there is one time series for each target group of the service."""
        return self.dimensions == GROUP

    def of(self, values: Mapping[str, str]) -> dict[str, str]:
        """Its dimensions, taken from the values of what is watched."""
        return {dimension: values[dimension] for dimension in self.dimensions}

    def statistic_argument(self) -> dict[str, Any]:
        """The statistic as an alarm takes it: percentiles have an argument of their own."""
        return {"extended_statistic" if self.statistic.startswith("p") else "statistic": self.statistic}


def _lambda(name: str, statistic: str, title: str) -> Metric:
    return Metric(name, "AWS/Lambda", FUNCTION, statistic, title, LAMBDA)


def _http_api(name: str, statistic: str, title: str) -> Metric:
    return Metric(name, "AWS/ApiGateway", STAGE, statistic, title, HTTP_API)


def _balancer(name: str, dimensions: tuple[str, ...], statistic: str, title: str) -> Metric:
    return Metric(name, "AWS/ApplicationELB", dimensions, statistic, title, BALANCER)


def _ecs(name: str, title: str) -> Metric:
    return Metric(name, "AWS/ECS", SERVICE, "Average", title, ECS)


LAMBDA_INVOCATIONS = _lambda("Invocations", "Sum", "invocations")
LAMBDA_ALIAS_INVOCATIONS = Metric(
    "Invocations", "AWS/Lambda", ALIAS, "Sum", "invocations of the alias", LAMBDA
)
LAMBDA_ERRORS = _lambda("Errors", "Sum", "errors of the function")
LAMBDA_THROTTLES = _lambda("Throttles", "Sum", "throttled invocations")
LAMBDA_CONCURRENCY = _lambda("ConcurrentExecutions", "Maximum", "concurrent executions")
LAMBDA_DURATION = _lambda("Duration", "p95", "duration p95 (ms)")

API_REQUESTS = _http_api("Count", "Sum", "requests")
API_4XX = _http_api("4xx", "Sum", "4xx answers")
API_5XX = _http_api("5xx", "Sum", "5xx answers")
API_LATENCY = _http_api("Latency", "p95", "latency p95 (ms)")

BALANCER_REQUESTS = _balancer("RequestCount", GROUP, "Sum", "requests")
TARGET_4XX = _balancer("HTTPCode_Target_4XX_Count", GROUP, "Sum", "4xx answers of the tasks")
TARGET_5XX = _balancer("HTTPCode_Target_5XX_Count", GROUP, "Sum", "5xx answers of the tasks")
BALANCER_5XX = _balancer("HTTPCode_ELB_5XX_Count", BALANCER_ONLY, "Sum", "5xx answers of the balancer")
TARGET_LATENCY = _balancer("TargetResponseTime", GROUP, "p95", "latency p95 (s)")
UNHEALTHY_TASKS = _balancer("UnHealthyHostCount", GROUP, "Maximum", "unhealthy tasks")
# ECS counts its running tasks only under Container Insights, which costs and which an existing cluster may
# not have. The balancer always counts the tasks that serve.
HEALTHY_TASKS = _balancer("HealthyHostCount", GROUP, "Maximum", "healthy tasks")

ECS_CPU = _ecs("CPUUtilization", "CPU (%)")
ECS_MEMORY = _ecs("MemoryUtilization", "memory (%)")

# All of them, for the tests and for documentation.
METRICS = tuple(value for value in list(globals().values()) if isinstance(value, Metric))
