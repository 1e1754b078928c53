"""The table names what CloudWatch knows: a misspelt metric is an alarm that never fires."""

import pytest

from components.monitoring import metrics
from components.monitoring.metrics import METRICS, Metric

# From the documentation that each entry names: namespace and dimensions → metrics with the right statistic:
# Sum for what is counted, Maximum for a level, Average for utilisation, a percentile for times.
DOCUMENTED = {
    ("AWS/Lambda", ("FunctionName",)): {
        "Invocations": "Sum",
        "Errors": "Sum",
        "Throttles": "Sum",
        "ConcurrentExecutions": "Maximum",
        "Duration": "p95",
    },
    ("AWS/Lambda", ("FunctionName", "Resource")): {"Invocations": "Sum"},
    ("AWS/ApiGateway", ("ApiId", "Stage")): {"Count": "Sum", "4xx": "Sum", "5xx": "Sum", "Latency": "p95"},
    ("AWS/ApplicationELB", ("LoadBalancer",)): {"HTTPCode_ELB_5XX_Count": "Sum"},
    ("AWS/ApplicationELB", ("TargetGroup", "LoadBalancer")): {
        "RequestCount": "Sum",
        "HTTPCode_Target_4XX_Count": "Sum",
        "HTTPCode_Target_5XX_Count": "Sum",
        "TargetResponseTime": "p95",
        "UnHealthyHostCount": "Maximum",
        "HealthyHostCount": "Maximum",
    },
    ("AWS/ECS", ("ClusterName", "ServiceName")): {
        "CPUUtilization": "Average",
        "MemoryUtilization": "Average",
    },
}


def test_the_table_is_what_the_documentation_says() -> None:
    found: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}
    for metric in METRICS:
        found.setdefault((metric.namespace, metric.dimensions), {})[metric.name] = metric.statistic
    assert found == DOCUMENTED
    assert len(METRICS) == sum(len(names) for names in DOCUMENTED.values())


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: f"{metric.namespace}-{metric.name}")
def test_every_metric_says_where_it_is_documented(metric: Metric) -> None:
    assert metric.source.startswith("docs.aws.amazon.com/")
    assert metric.title


def test_a_metric_takes_its_dimensions_from_the_values_of_what_is_watched() -> None:
    values = {"ApiId": "a", "Stage": "s", "FunctionName": "f"}
    assert metrics.API_4XX.of(values) == {"ApiId": "a", "Stage": "s"}


def test_percentiles_are_an_argument_of_their_own() -> None:
    assert metrics.API_LATENCY.statistic_argument() == {"extended_statistic": "p95"}
    assert metrics.API_5XX.statistic_argument() == {"statistic": "Sum"}


def test_the_period_is_a_minute() -> None:
    assert metrics.PERIOD == 60
