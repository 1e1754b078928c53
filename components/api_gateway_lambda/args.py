"""The arguments of `ApiGatewayLambda` and their rules, checked before anything is made."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import pulumi

from ..base.application import Application, ApplicationArgs
from ..base.arguments import Arguments
from ..base.logs import RETENTION_DAYS
from ..base.names import check_name

# A rule of EventBridge has at most 64 characters; so has a function, whose name is shorter.
NAME_LIMIT, RULE = 64, "-warm-up"

# Lambda's words for the architectures that both hosts call by ECS's.
ARCHITECTURES = {"X86_64": "x86_64", "ARM64": "arm64"}

# An HTTP API gives up after 30 s, whatever the function does: the function must end before.
LONGEST_TIMEOUT = 29

# "Quotas", docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
SMALLEST_MEMORY, LARGEST_MEMORY = 128, 10240
LARGEST_ENVIRONMENT = 4096

# "Defined runtime environment variables", docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html:
# Lambda sets these itself and refuses a function that brings one of them.
RESERVED_VARIABLES = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)


class ApiGatewayLambdaArgs(TypedDict):
    """What `ApiGatewayLambda` takes; only the image must be given."""

    image_uri: pulumi.Input[str]
    """Image of the application in ECR, by digest: a tag that moves would not reach the function."""
    application: NotRequired[ApplicationArgs | None]
    """What the application is told and what it may read. Default: nothing, for another image."""
    architecture: NotRequired[str | None]
    """X86_64 or ARM64, as the image was built. Default: X86_64."""
    memory: NotRequired[int | None]
    """Memory in MiB, 128 to 10240; CPU grows with it, one whole vCPU at 1769. Default: 1024."""
    timeout_seconds: NotRequired[int | None]
    """Seconds that one request may take, 1 to 29: the gateway gives up after 30. Default: 28."""
    throttle_rate: NotRequired[float | None]
    """Requests a second over all clients; more are answered 429 by the gateway. Default: 50."""
    throttle_burst: NotRequired[int | None]
    """Requests that may come at once before the rate counts. Default: 100."""
    login_throttle_rate: NotRequired[float | None]
    """Requests to `POST /login` a second, twice as many at once: each costs a password hash. Default: 5."""
    reserved_concurrency: NotRequired[int | None]
    """Executions kept for the function, also its limit; 2 or more: a ping takes one. Default: none kept."""
    warm_up_minutes: NotRequired[int | None]
    """Minutes between the pings that keep one execution environment warm, 0 to 59; 0 for none. Default: 5."""
    log_retention_days: NotRequired[int | None]
    """Days that the logs of function and gateway are kept, a number that CloudWatch knows. Default: 30."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]] | None]
    """Tags for everything that can be tagged, besides the component's own. Default: none."""


@dataclass(frozen=True)
class Settings:
    """The checked arguments."""

    image_uri: pulumi.Input[str]
    application: Application
    architecture: str
    memory: int
    timeout_seconds: int
    throttle_rate: float
    throttle_burst: int
    login_throttle_rate: float
    login_throttle_burst: int
    reserved_concurrency: int | None
    warm_up_minutes: int
    log_retention_days: int
    tags: dict[str, Any]


def read(name: str, given: ApiGatewayLambdaArgs) -> Settings:
    """The settings of the component called `name`; raises one `ArgumentError` that names every problem."""
    args = Arguments(f"ApiGatewayLambda '{name}'", given, ApiGatewayLambdaArgs)
    check_name(args, name, RULE, NAME_LIMIT)
    login_throttle_rate = args.number("login_throttle_rate", 5, minimum=1, maximum=10000)
    settings = Settings(
        image_uri=args.value("image_uri"),
        application=Application(args),
        architecture=ARCHITECTURES[args.text("architecture", "X86_64", choices=ARCHITECTURES)],
        memory=args.whole("memory", 1024, minimum=SMALLEST_MEMORY, maximum=LARGEST_MEMORY),
        timeout_seconds=args.whole("timeout_seconds", 28, minimum=1, maximum=LONGEST_TIMEOUT),
        throttle_rate=args.number("throttle_rate", 50, minimum=1, maximum=10000),
        throttle_burst=args.whole("throttle_burst", 100, minimum=1, maximum=5000),
        login_throttle_rate=login_throttle_rate,
        login_throttle_burst=round(2 * login_throttle_rate),
        reserved_concurrency=args.whole("reserved_concurrency", minimum=2)
        if args.given("reserved_concurrency")
        else None,
        warm_up_minutes=args.whole("warm_up_minutes", 5, minimum=0, maximum=59),
        log_retention_days=args.whole("log_retention_days", 30, choices=RETENTION_DAYS),
        tags=args.mapping("tags"),
    )
    for variable in sorted(RESERVED_VARIABLES & settings.application.extra_names):
        args.problem(f"application: environment must not set {variable}, which Lambda sets itself")
    args.check()
    environment = settings.application.environment()
    known = {key: value for key, value in environment.items() if isinstance(value, str)}
    if environment_bytes(known) > LARGEST_ENVIRONMENT:
        args.problem(f"application: {too_large(known)}")
        args.check()
    return settings


def environment_bytes(environment: Mapping[str, str]) -> int:
    """The size that Lambda limits: all names and values as one JSON object."""
    return len(json.dumps(dict(environment), separators=(",", ":"), ensure_ascii=False).encode())


def too_large(environment: Mapping[str, str]) -> str:
    """The sentence for an environment over Lambda's limit, with the largest variables and the way out."""
    sizes = sorted(((len(value.encode()), key) for key, value in environment.items()), reverse=True)
    largest = ", ".join(f"{key} {size}" for size, key in sizes[:3])
    return (
        f"the environment takes {environment_bytes(environment)} bytes, Lambda allows {LARGEST_ENVIRONMENT} "
        f"(largest: {largest}); serve fewer models, or set MODELS to the s3:// address of the list"
    )
