"""CloudWatch's logs, alarms and dashboards, and the SNS topics that alarms tell."""

from collections.abc import Mapping
from typing import Any

from .rules import Kind, Made, Step


def _queries(queries: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The provider's flat `metric` of each query as the API nests it."""
    return [
        {
            **{key: value for key, value in query.items() if key != "metric"},
            **({"metricStat": _metric_stat(query["metric"])} if query.get("metric") else {}),
        }
        for query in queries
    ]


def _metric_stat(metric: Mapping[str, Any]) -> dict[str, Any]:
    inner = ("metricName", "namespace", "dimensions")
    return {
        "metric": {key: metric[key] for key in inner if metric.get(key) is not None},
        **{key: value for key, value in metric.items() if key not in inner},
    }


def _arn(made: Made) -> str:
    return f"arn:aws:cloudwatch:{made.aws.region}:{made.aws.account}:alarm:{made.inputs['name']}"


_TOPIC_ATTRIBUTES = {"policy": "Policy", "displayName": "DisplayName", "kmsMasterKeyId": "KmsMasterKeyId"}

KINDS = {
    "aws:cloudwatch/logGroup:LogGroup": Kind(
        Step("logs.create_log_group", {"name": "logGroupName"}),
        id=lambda made: made.inputs["name"],
        outputs={
            "arn": lambda made: (
                f"arn:aws:logs:{made.aws.region}:{made.aws.account}:log-group:{made.inputs['name']}"
            )
        },
        then=[
            Step(
                "logs.put_retention_policy",
                {"retentionInDays": "retentionInDays"},
                more=lambda made: {"logGroupName": made.inputs["name"]},
            )
        ],
        unused={"skipDestroy": "nothing is destroyed here"},
        named="name",
        longest=512,
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Kind(
        Step(
            "logs.put_metric_filter",
            {
                "name": "filterName",
                "pattern": "filterPattern",
                "metricTransformation": "metricTransformations",
            },
            convert={
                "metricTransformation": lambda one: {
                    **{key: value for key, value in one.items() if key not in ("name", "namespace", "value")},
                    **{
                        "metricName": one["name"],
                        "metricNamespace": one["namespace"],
                        "metricValue": one["value"],
                    },
                }
            },
        ),
        id=lambda made: made.inputs["name"],
        named="name",
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Kind(
        Step(
            "cloudwatch.put_metric_alarm",
            {"name": "AlarmName", "metricQueries": "Metrics"},
            convert={"metricQueries": _queries},
        ),
        id=lambda made: made.inputs["name"],
        outputs={"arn": _arn},
        named="name",
    ),
    "aws:cloudwatch/dashboard:Dashboard": Kind(
        Step("cloudwatch.put_dashboard"),
        id=lambda made: made.inputs["dashboardName"],
        outputs={
            "dashboardArn": lambda made: (
                f"arn:aws:cloudwatch::{made.aws.account}:dashboard/{made.inputs['dashboardName']}"
            )
        },
    ),
    "aws:sns/topic:Topic": Kind(
        Step(
            "sns.create_topic",
            dict.fromkeys(_TOPIC_ATTRIBUTES, ""),
            more=lambda made: {
                "Attributes": {
                    name: made.inputs[key] for key, name in _TOPIC_ATTRIBUTES.items() if key in made.inputs
                }
            },
        ),
        id="TopicArn",
        outputs={"arn": "TopicArn"},
        named="name",
    ),
    "aws:sns/topicPolicy:TopicPolicy": Kind(
        Step(
            "sns.set_topic_attributes",
            {"arn": "TopicArn", "policy": "AttributeValue"},
            more=lambda _: {"AttributeName": "Policy"},
        ),
        id=lambda made: made.inputs["arn"],
    ),
    "aws:sns/topicSubscription:TopicSubscription": Kind(
        Step("sns.subscribe", {"topic": "TopicArn"}, more=lambda _: {"ReturnSubscriptionArn": True}),
        id="SubscriptionArn",
        outputs={"arn": "SubscriptionArn"},
    ),
}
