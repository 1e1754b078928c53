"""Logs, topics, alarms, dashboards."""

from .case import POLICY, Case, case


def observation() -> list[Case]:
    """What CloudWatch and SNS hold."""
    return [
        case(
            "aws:cloudwatch/logGroup:LogGroup",
            "logs",
            {"name": "/a/logs", "retentionInDays": 7.0, "tags": {"team": "a"}},
            "logs.describe_log_groups",
            {"logGroupNamePrefix": "/a/logs"},
            "logGroups[0].[retentionInDays, logGroupArn]",
            lambda world: [7, world["logs"]["arn"]],
        ),
        case(
            "aws:cloudwatch/logMetricFilter:LogMetricFilter",
            "filter",
            {
                "logGroupName": "/a/logs",
                "pattern": "ERROR",
                "metricTransformation": {"name": "Errors", "namespace": "N", "value": "1"},
            },
            "logs.describe_metric_filters",
            {"logGroupName": "/a/logs"},
            "metricFilters[0].[filterPattern, metricTransformations[0].metricName]",
            ["ERROR", "Errors"],
        ),
        case(
            "aws:sns/topic:Topic",
            "topic",
            {"displayName": "d", "tags": {"team": "a"}},
            "sns.get_topic_attributes",
            lambda world: {"TopicArn": world["topic"]["arn"]},
            "Attributes.DisplayName",
            "d",
        ),
        case(
            "aws:sns/topicPolicy:TopicPolicy",
            "topic-policy",
            lambda world: {"arn": world["topic"]["arn"], "policy": POLICY},
            "sns.get_topic_attributes",
            lambda world: {"TopicArn": world["topic"]["arn"]},
            "contains(Attributes.Policy, 's3:GetObject')",
            True,
        ),
        case(
            "aws:sns/topicSubscription:TopicSubscription",
            "subscription",
            lambda world: {"topic": world["topic"]["arn"], "protocol": "email", "endpoint": "a@example.org"},
            "sns.list_subscriptions_by_topic",
            lambda world: {"TopicArn": world["topic"]["arn"]},
            "Subscriptions[].[Protocol, Endpoint]",
            [["email", "a@example.org"]],
        ),
        case(
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            "alarm",
            lambda world: {
                "name": "alarm",
                "comparisonOperator": "GreaterThanThreshold",
                "evaluationPeriods": 1.0,
                "threshold": 5.0,
                "alarmActions": [world["topic"]["arn"]],
                "okActions": [world["topic"]["arn"]],
                "treatMissingData": "notBreaching",
                "metricQueries": [
                    {
                        "id": "m",
                        "returnData": True,
                        "metric": {
                            "metricName": "Errors",
                            "namespace": "N",
                            "period": 60.0,
                            "stat": "Sum",
                            "dimensions": {"A": "b"},
                        },
                    }
                ],
            },
            "cloudwatch.describe_alarms",
            {"AlarmNames": ["alarm"]},
            "MetricAlarms[0].[AlarmArn, OKActions, "
            "Metrics[0].MetricStat.[Period, Metric.Dimensions[0].Value]]",
            lambda world: [world["alarm"]["arn"], [world["topic"]["arn"]], [60, "b"]],
        ),
        case(
            "aws:cloudwatch/dashboard:Dashboard",
            "dashboard",
            {"dashboardName": "board", "dashboardBody": '{"widgets": []}'},
            "cloudwatch.get_dashboard",
            {"DashboardName": "board"},
            "[DashboardArn, DashboardBody]",
            lambda world: [world["dashboard"]["dashboardArn"], '{"widgets": []}'],
        ),
    ]
