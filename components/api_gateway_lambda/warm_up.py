"""A ping every few minutes, so that one execution environment is warm when a request comes.

EventBridge's rule and not its Scheduler: the rule can be tagged, needs no role of its own, and its event
(source "aws.events", detail-type "Scheduled Event") is what the application answers without counting it.
"""

import pulumi_aws as aws

from ..base.children import Children
from .args import RULE


def keep_warm(children: Children, minutes: int, alias: aws.lambda_.Alias) -> None:
    """Calls the alias every `minutes`."""
    name = children.name
    rule = aws.cloudwatch.EventRule(
        f"{name}{RULE}", schedule_expression=every(minutes), tags=children.tags, opts=children.options()
    )
    permission = aws.lambda_.Permission(
        f"{name}-warm-up-permission",
        action="lambda:InvokeFunction",
        function=alias.function_name,
        qualifier=alias.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
        opts=children.options(),
    )
    aws.cloudwatch.EventTarget(
        f"{name}-warm-up-target",
        rule=rule.name,
        arn=alias.arn,
        opts=children.options(depends_on=[permission]),
    )


def every(minutes: int) -> str:
    """The rate as EventBridge spells it: "1 minute", but "2 minutes"."""
    return f"rate({minutes} minute{'' if minutes == 1 else 's'})"
