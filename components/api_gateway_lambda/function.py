"""The function with its logs, its role and exactly the rights it needs, a version and the alias `live`."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from ..base.arguments import ArgumentError
from ..base.children import Children
from ..base.policies import Statement, allow, policy, trust
from .args import LARGEST_ENVIRONMENT, Settings, environment_bytes, too_large

ALIAS = "live"


class FunctionBehindAlias:
    """The function and the alias that everything outside calls, so that a version can be tried before."""

    def __init__(self, children: Children, settings: Settings) -> None:
        name, tags = children.name, children.tags
        # Lambda finds a function's log group by the function's name, and makes one without a retention at the
        # first line if it is not there: the group comes first, so the name is known before the function.
        suffix = random.RandomId(f"{name}-suffix", byte_length=4, opts=children.options())
        self.name = suffix.hex.apply(f"{name}-{{}}".format)
        self.log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=self.name.apply("/aws/lambda/{}".format),
            retention_in_days=settings.log_retention_days,
            tags=tags,
            opts=children.options(),
        )
        self.role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=trust("lambda.amazonaws.com"),
            tags=tags,
            opts=children.options(),
        )
        statements = pulumi.Output.all(self.log_group.arn, settings.application.statements())
        rights = aws.iam.RolePolicy(
            f"{name}-policy",
            role=self.role.name,
            policy=statements.apply(lambda found: policy([log_statement(found[0]), *found[1]])),
            opts=children.options(),
        )
        self.function = aws.lambda_.Function(
            f"{name}-function",
            name=self.name,
            package_type="Image",
            image_uri=settings.image_uri,
            architectures=[settings.architecture],
            memory_size=settings.memory,
            timeout=settings.timeout_seconds,
            role=self.role.arn,
            environment={"variables": checked_environment(name, settings.application.environment())},
            reserved_concurrent_executions=settings.reserved_concurrency,
            publish=True,
            tags=tags,
            # Where it writes and what it may do are settled before it first runs.
            opts=children.options(depends_on=[self.log_group, rights]),
        )
        self.alias = aws.lambda_.Alias(
            f"{name}-alias",
            name=ALIAS,
            function_name=self.function.name,
            function_version=self.function.version,
            opts=children.options(),
        )


def log_statement(log_group_arn: str) -> Statement:
    """The right to write to the streams of one log group."""
    return allow(["logs:CreateLogStream", "logs:PutLogEvents"], [f"{log_group_arn}:*"])


def checked_environment(
    name: str, environment: Mapping[str, pulumi.Input[str]]
) -> pulumi.Output[dict[str, str]]:
    """The environment, or an `ArgumentError` once its values are known and too large for Lambda."""

    def check(known: dict[str, str]) -> dict[str, str]:
        if environment_bytes(known) > LARGEST_ENVIRONMENT:
            raise ArgumentError(f"ApiGatewayLambda '{name}': {too_large(known)}")
        return known

    return pulumi.Output.all(**environment).apply(check)
