"""What runs: the container, its task definition, its log group, and the two roles it needs."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from ..base.children import Children
from ..base.policies import Statement, allow, policy, trust
from .args import Settings
from .firewall import APP_PORT, METRICS_PORT

CONTAINER = "app"
# On SIGTERM: not ready at once, 15 s of serving on while the balancer notices. 120 s are Fargate's most.
DRAIN_SECONDS, STOP_SECONDS = 15, 120
LIVE = (
    "import http.client as h, sys; c = h.HTTPConnection('127.0.0.1', {port}, timeout=3); "
    "c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"
)
IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(?P<name>[^:@]+)"
)


@dataclass(frozen=True)
class Task:
    """A task definition with what the component puts out; `ready` is what a task must not start without."""

    definition_arn: pulumi.Output[str]
    role_arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    ready: list[pulumi.Resource]


def make_task(children: Children, settings: Settings) -> Task:
    """The log group first, so that its retention holds from the first line; roles; the definition."""
    name = children.name
    region = aws.get_region_output(opts=children.lookup).region
    log_group = aws.cloudwatch.LogGroup(
        f"{name}-logs",
        retention_in_days=settings.log_retention_days,
        tags=children.tags,
        opts=children.options(),
    )
    trusted = _only_ecs_of_this_account(children, region)
    task_role = _make_role(children, "task", trusted)
    execution_role = _make_role(children, "execution", trusted)
    start = pulumi.Output.all(settings.image_uri, log_group.arn).apply(lambda known: execution(*known))
    ready: list[pulumi.Resource] = [_make_role_policy(children, "execution", execution_role, start)]
    if settings.application.has_rights:
        rights = settings.application.statements().apply(policy)
        ready.append(_make_role_policy(children, "task", task_role, rights))
    container = pulumi.Output.all(
        image_uri=settings.image_uri,
        environment=settings.application.environment(
            PORT=str(APP_PORT),
            METRICS_PORT=str(METRICS_PORT),
            CPU_UNITS=str(settings.capacity.cpu),
            MEMORY_MIB=str(settings.capacity.memory),
            TRUSTED_PROXY_HOPS="1",
            DRAIN_SECONDS=str(DRAIN_SECONDS),
            SERVER=settings.server,
            AWS_REGION=region,
        ),
        log_group=log_group.name,
        region=region,
    )
    project, stack = pulumi.get_project(), pulumi.get_stack()
    # Two people's stacks may have one name and one account: with one family the later would take the place
    # of the earlier, without an error.
    suffix = random.RandomId(f"{name}-suffix", byte_length=4, opts=children.options())
    definition = aws.ecs.TaskDefinition(
        f"{name}-task",
        family=suffix.hex.apply(lambda drawn: family(project, stack, name, drawn)),
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu=str(settings.capacity.cpu),
        memory=str(settings.capacity.memory),
        runtime_platform={
            "operating_system_family": "LINUX",
            "cpu_architecture": settings.architecture,
        },
        execution_role_arn=execution_role.arn,
        task_role_arn=task_role.arn,
        container_definitions=container.apply(
            lambda known: json.dumps([container_definition(**known)], sort_keys=True)
        ),
        # Empty, with owner and mode of /tmp in the image if that declares it as a VOLUME, else root's.
        volumes=[{"name": "tmp"}],
        # An inactive revision is no target for a rollback.
        skip_destroy=True,
        tags=children.tags,
        opts=children.options(),
    )
    return Task(definition.arn, task_role.arn, log_group.name, ready)


def family(*parts: str) -> str:
    """The name of the task definition, the same in every revision; ECS refuses dots in it."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", "-".join(parts))


def container_definition(
    image_uri: str, environment: Mapping[str, str], log_group: str, region: str
) -> dict[str, Any]:
    """The one container of a task as ECS wants it, lists in a fixed order so that previews are quiet."""
    return {
        "name": CONTAINER,
        "image": image_uri,
        "essential": True,
        "portMappings": [
            {"containerPort": port, "hostPort": port, "protocol": "tcp"} for port in (APP_PORT, METRICS_PORT)
        ],
        "environment": [{"name": key, "value": environment[key]} for key in sorted(environment)],
        "readonlyRootFilesystem": True,
        "mountPoints": [{"sourceVolume": "tmp", "containerPath": "/tmp", "readOnly": False}],
        "linuxParameters": {"capabilities": {"drop": ["ALL"]}, "initProcessEnabled": True},
        "stopTimeout": STOP_SECONDS,
        "healthCheck": {
            "command": ["CMD", "python", "-IS", "-c", LIVE.format(port=APP_PORT)],
            "interval": 30,
            "timeout": 5,
            "retries": 3,
            "startPeriod": 60,
        },
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log_group,
                "awslogs-region": region,
                "awslogs-stream-prefix": CONTAINER,
                # A stalled log service costs lines, not requests.
                "mode": "non-blocking",
                "max-buffer-size": "25m",
            },
        },
    }


def execution(image_uri: str, log_group_arn: str) -> str:
    """The rights with which ECS starts a task: this repository, this log group."""
    statements = [allow(["logs:CreateLogStream", "logs:PutLogEvents"], [f"{log_group_arn}:*"])]
    statements += _pull(image_uri, partition=log_group_arn.split(":")[1])
    return policy(statements)


def _pull(image_uri: str, partition: str) -> list[Statement]:
    """Nothing where the image is not in ECR, e.g. in a public registry."""
    found = IMAGE.match(image_uri)
    if found is None:
        return []
    repository = f"arn:{partition}:ecr:{found['region']}:{found['account']}:repository/{found['name']}"
    layers = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    # The one `*`: a login to ECR is the account's, IAM knows no resource for it. It opens no repository.
    return [allow(layers, [repository]), allow(["ecr:GetAuthorizationToken"], ["*"])]


def _only_ecs_of_this_account(children: Children, region: pulumi.Output[str]) -> pulumi.Output[str]:
    account = aws.get_caller_identity_output(opts=children.lookup).account_id
    partition = aws.get_partition_output(opts=children.lookup).partition

    def document(known: list[str]) -> str:
        return trust(
            "ecs-tasks.amazonaws.com",
            StringEquals={"aws:SourceAccount": known[2]},
            ArnLike={"aws:SourceArn": f"arn:{known[0]}:ecs:{known[1]}:{known[2]}:*"},
        )

    return pulumi.Output.all(partition, region, account).apply(document)


def _make_role(children: Children, part: str, trusted: pulumi.Output[str]) -> aws.iam.Role:
    return aws.iam.Role(
        f"{children.name}-{part}-role",
        assume_role_policy=trusted,
        tags=children.tags,
        opts=children.options(),
    )


def _make_role_policy(
    children: Children, part: str, role: aws.iam.Role, document: pulumi.Output[str]
) -> aws.iam.RolePolicy:
    return aws.iam.RolePolicy(
        f"{children.name}-{part}-policy", role=role.name, policy=document, opts=children.options()
    )
