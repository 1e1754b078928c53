"""Monitoring: who is told when a service or a function is not well, and where to look."""

import hashlib
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from ..base.children import Children, outputs_of, token
from ..base.policies import allow, policy
from .alarms import Rule, function_rules, make_alarms, service_rules
from .args import TOPIC, MonitoringArgs, Settings, Watched, read
from .dashboards import FUNCTION_WIDGETS, SERVICE_WIDGETS, address, body, dashboard_name
from .metrics import Metric


class Monitoring(pulumi.ComponentResource):
    """Alarms that mail, and a dashboard for each ECS service and Lambda function."""

    topic_arn: pulumi.Output[str]
    """Topic that every alarm tells, when it begins and when it ends."""
    alarm_arns: pulumi.Output[list[str]]
    """ARNs of all alarms."""
    dashboard_urls: pulumi.Output[Mapping[str, str]]
    """Addresses of the dashboards in the console, by the name of what is watched."""

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        settings = read(name, args)
        super().__init__(token("Monitoring"), name, {}, opts)
        self._children = Children(self, name, settings.tags)
        self._topic = self._make_topic(settings)
        self._alarms: list[aws.cloudwatch.MetricAlarm] = []
        self._dashboards: list[pulumi.Output[list[str]]] = []
        if settings.services or settings.functions:
            # Two people's stacks may have one name and one account: with equal names their dashboards would
            # take each other's place, without an error.
            self._suffix = random.RandomId(f"{name}-suffix", byte_length=4, opts=self._children.options())

        for service in settings.services:
            self._watch(service, service_rules(settings.thresholds, service.limit), SERVICE_WIDGETS)
        for function in settings.functions:
            self._watch(function, function_rules(settings.thresholds, function.limit), FUNCTION_WIDGETS)

        self.topic_arn = self._topic.arn
        self.alarm_arns = pulumi.Output.all(*(alarm.arn for alarm in self._alarms))
        self.dashboard_urls = pulumi.Output.all(*self._dashboards).apply(named_addresses)
        self.register_outputs(outputs_of(self))

    def _make_topic(self, settings: Settings) -> aws.sns.Topic:
        # Encrypted only under a key of the user's: CloudWatch may not use AWS's own key for SNS, and its
        # notifications would be lost without an error. What is sent is names, numbers and times.
        topic = aws.sns.Topic(
            f"{self._children.name}{TOPIC}",
            kms_master_key_id=settings.topic_kms_key_arn,
            tags=self._children.tags,
            opts=self._children.options(),
        )
        aws.sns.TopicPolicy(
            f"{self._children.name}-topic-policy",
            arn=topic.arn,
            policy=topic.arn.apply(topic_policy),
            opts=self._children.options(),
        )
        for email in settings.emails:
            # Named for the address, not its place in the list: another order changes nothing.
            digest = hashlib.sha256(email.encode()).hexdigest()[:8]
            aws.sns.TopicSubscription(
                f"{self._children.name}-email-{digest}",
                topic=topic.arn,
                protocol="email",
                endpoint=email,
                opts=self._children.options(),
            )
        return topic

    def _watch(
        self, watched: Watched, rules: Sequence[Rule], widgets: Sequence[tuple[str, Sequence[Metric]]]
    ) -> None:
        self._alarms += make_alarms(self._children, watched, rules, self._topic.arn)
        region = self._topic.arn.apply(region_of)
        parts = (pulumi.get_project(), pulumi.get_stack(), self._children.name, watched.name)
        dashboard = aws.cloudwatch.Dashboard(
            f"{self._children.name}-{watched.name}-dashboard",
            dashboard_name=self._suffix.hex.apply(lambda drawn: dashboard_name(*parts, drawn)),
            dashboard_body=pulumi.Output.all(region, watched.values).apply(
                lambda known: body(known[0], widgets, known[1], rules)
            ),
            opts=self._children.options(),
        )
        self._dashboards.append(pulumi.Output.all(watched.name, region, dashboard.dashboard_name))


def named_addresses(dashboards: Sequence[Sequence[str]]) -> Mapping[str, str]:
    """Addresses by name; of each dashboard the name of what it shows, the Region and its own name."""
    return {watched: address(region, dashboard) for watched, region, dashboard in dashboards}


def region_of(arn: str) -> str:
    """The Region that an ARN names."""
    return arn.split(":")[3]


def topic_policy(topic_arn: str) -> str:
    """Lets the alarms of the topic's own account and Region publish to it, and nobody else."""
    _, partition, _, region, account, _ = topic_arn.split(":", 5)
    condition = {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": f"arn:{partition}:cloudwatch:{region}:{account}:alarm:*"},
    }
    alarms = {"Service": "cloudwatch.amazonaws.com"}
    return policy([allow(["sns:Publish"], [topic_arn], Principal=alarms, Condition=condition)])
