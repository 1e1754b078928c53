"""A ping every few minutes, so that one execution environment is warm when a request comes.

EventBridge's rule and not its Scheduler: the rule can be tagged, needs no role of its own, and its event
(source "aws.events", detail-type "Scheduled Event") is what the application answers without counting it.
"""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws


def keep_warm(
    name: str,
    minutes: int,
    alias: aws.lambda_.Alias,
    tags: Mapping[str, Any],
    child: pulumi.ResourceOptions,
) -> None:
    """Calls the alias every `minutes`."""
    rule = aws.cloudwatch.EventRule(
        f"{name}-warm-up", schedule_expression=every(minutes), tags=tags, opts=child
    )
    permission = aws.lambda_.Permission(
        f"{name}-warm-up-permission",
        action="lambda:InvokeFunction",
        function=alias.function_name,
        qualifier=alias.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
        opts=child,
    )
    aws.cloudwatch.EventTarget(
        f"{name}-warm-up-target",
        rule=rule.name,
        arn=alias.arn,
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[permission])),
    )


def every(minutes: int) -> str:
    """The rate as EventBridge spells it: "1 minute", but "2 minutes"."""
    return f"rate({minutes} minute{'' if minutes == 1 else 's'})"
