"""The arguments of `Monitoring` and their rules, checked before anything is made."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import pulumi

from ..base.arguments import Arguments
from ..base.names import check_name

# A topic has at most 256 characters.
NAME_LIMIT, TOPIC = 256, "-topic"

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

# Quota of an account and Region, docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
ACCOUNT_CONCURRENCY = 1000

# An alarm computes with ten series at most, one of them the sum; docs.aws.amazon.com/AmazonCloudWatch/latest/
# monitoring/Create-alarm-on-metric-math-expression.html
MAX_GROUPS = 9

# Its policy cannot be changed and does not let CloudWatch use it: every notification would be lost, silently.
UNUSABLE_KEY = "alias/aws/sns"


class ServiceToWatch(TypedDict):
    """An ECS service behind an Application Load Balancer."""

    name: str
    """Name in alarms and dashboards, of letters, digits, - and _; unique among all that is watched."""
    cluster_name: pulumi.Input[str]
    """Name of the cluster."""
    service_name: pulumi.Input[str]
    """Name of the service."""
    load_balancer_arn_suffix: pulumi.Input[str]
    """End of the balancer's ARN, from "app/" on: the dimension LoadBalancer of its metrics."""
    target_group_arn_suffixes: pulumi.Input[list[str]]
    """Ends of the target groups' ARNs, from "targetgroup/" on: the dimension TargetGroup; 9 at most."""
    max_tasks: NotRequired[int | None]
    """Tasks at most; an alarm while as many serve. Default: no alarm, as where the number is fixed."""


class FunctionToWatch(TypedDict):
    """A Lambda function behind an HTTP API."""

    name: str
    """Name in alarms and dashboards, of letters, digits, - and _; unique among all that is watched."""
    function_name: pulumi.Input[str]
    """Name of the function."""
    alias_name: NotRequired[pulumi.Input[str] | None]
    """Alias that is served, whose invocations the dashboard shows apart. Default: none."""
    api_id: pulumi.Input[str]
    """Id of the HTTP API."""
    stage_name: NotRequired[pulumi.Input[str] | None]
    """Stage of the HTTP API. Default: $default."""
    concurrency_limit: NotRequired[int | None]
    """Executions at most, 2 or more: its reserved concurrency, else the account's quota. Default: 1000."""


class MonitoringArgs(TypedDict):
    """What `Monitoring` takes: who is told, what is watched, from which values on."""

    emails: NotRequired[list[str] | None]
    """Addresses that are told; each has to confirm a mail from AWS first. Default: none."""
    services: NotRequired[list[ServiceToWatch] | None]
    """ECS services to watch. Default: none."""
    functions: NotRequired[list[FunctionToWatch] | None]
    """Lambda functions to watch. Default: none."""
    lambda_errors_threshold: NotRequired[float | None]
    """Errors of a function in a minute; more are an alarm. Default: 5."""
    http_4xx_threshold: NotRequired[float | None]
    """Answers 4xx in a minute; more are an alarm. Default: 10."""
    http_5xx_threshold: NotRequired[float | None]
    """Answers 5xx in a minute, of the application and of the balancer each; more are an alarm. Default: 5."""
    latency_seconds_threshold: NotRequired[float | None]
    """Seconds within which 95 % of a minute's requests must be answered. Default: 2."""
    memory_percent_threshold: NotRequired[float | None]
    """Average memory of a service's tasks in percent; more is an alarm. Default: 70."""
    cpu_percent_threshold: NotRequired[float | None]
    """Average CPU of a service's tasks in percent; more is an alarm. Default: 80."""
    concurrency_percent_threshold: NotRequired[float | None]
    """Percent of a function's concurrency limit from which on there is an alarm. Default: 80."""
    topic_kms_key_arn: NotRequired[pulumi.Input[str] | None]
    """KMS key of your own that lets cloudwatch.amazonaws.com use it. Default: none, no encryption at rest."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]] | None]
    """Tags for everything that can be tagged, besides the component's own. Default: none."""


@dataclass(frozen=True)
class Thresholds:
    """The values beyond which there is an alarm, per minute."""

    lambda_errors: float
    http_4xx: float
    http_5xx: float
    latency_seconds: float
    memory_percent: float
    cpu_percent: float
    concurrency_percent: float


@dataclass(frozen=True)
class Watched:
    """One service or function: its name, the values of its metrics' dimensions, its limit or 0.

    `values` holds the target groups' suffixes as a list under "TargetGroup".
    """

    name: str
    values: pulumi.Output[dict[str, Any]]
    limit: int


@dataclass(frozen=True)
class Settings:
    """The checked arguments."""

    emails: list[str]
    services: list[Watched]
    functions: list[Watched]
    thresholds: Thresholds
    topic_kms_key_arn: pulumi.Input[str] | None
    tags: dict[str, Any]


def read(name: str, given: MonitoringArgs) -> Settings:
    """The settings of the component called `name`; raises one `ArgumentError` that names every problem."""
    args = Arguments(f"Monitoring '{name}'", given, MonitoringArgs)
    check_name(args, name, TOPIC, NAME_LIMIT)
    settings = Settings(
        emails=args.texts("emails"),
        services=[_service(item) for item in args.each("services", ServiceToWatch)],
        functions=[_function(item) for item in args.each("functions", FunctionToWatch)],
        thresholds=Thresholds(
            lambda_errors=args.number("lambda_errors_threshold", 5, minimum=0),
            http_4xx=args.number("http_4xx_threshold", 10, minimum=0),
            http_5xx=args.number("http_5xx_threshold", 5, minimum=0),
            latency_seconds=args.number("latency_seconds_threshold", 2, minimum=0.001, maximum=30),
            memory_percent=args.number("memory_percent_threshold", 70, minimum=1, maximum=99),
            cpu_percent=args.number("cpu_percent_threshold", 80, minimum=1, maximum=99),
            concurrency_percent=args.number("concurrency_percent_threshold", 80, minimum=1, maximum=100),
        ),
        topic_kms_key_arn=args.value("topic_kms_key_arn"),
        tags=args.mapping("tags"),
    )
    for email in settings.emails:
        if not EMAIL.fullmatch(email):
            args.problem(f"emails must be mail addresses; got {email!r}")
    names = [watched.name for watched in (*settings.services, *settings.functions)]
    for repeated in sorted({name for name in names if names.count(name) > 1}):
        args.problem(f"services and functions must differ in name; {repeated!r} is given twice")
    key = settings.topic_kms_key_arn
    if isinstance(key, str) and key.endswith(UNUSABLE_KEY):
        args.refuse(
            "topic_kms_key_arn", "a key of your own: CloudWatch cannot publish under AWS's key for SNS"
        )
    args.check()
    return settings


def _service(args: Arguments) -> Watched:
    return Watched(
        name=_name(args),
        values=pulumi.Output.all(
            ClusterName=args.value("cluster_name"),
            ServiceName=args.value("service_name"),
            LoadBalancer=args.value("load_balancer_arn_suffix"),
            TargetGroup=args.inputs("target_group_arn_suffixes", minimum=1, maximum=MAX_GROUPS),
        ),
        limit=args.whole("max_tasks", minimum=1) if args.given("max_tasks") else 0,
    )


def _function(args: Arguments) -> Watched:
    return Watched(
        name=_name(args),
        values=pulumi.Output.all(
            FunctionName=args.value("function_name"),
            Resource=_resource(args),
            ApiId=args.value("api_id"),
            Stage=args.value("stage_name", "$default"),
        ),
        limit=args.whole("concurrency_limit", ACCOUNT_CONCURRENCY, minimum=2),
    )


def _resource(args: Arguments) -> pulumi.Output[str] | None:
    """The dimension Resource, by which Lambda reports on an alias."""
    if len(args.given("function_name", "alias_name")) == 2:
        return pulumi.Output.concat(args.value("function_name"), ":", args.value("alias_name"))
    return None


def _name(args: Arguments) -> str:
    name = args.text("name")
    if args.given("name") and not NAME.fullmatch(name):
        args.refuse("name", "1 to 64 letters, digits, - and _")
    return name
