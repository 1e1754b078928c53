"""Who may talk to whom: security groups by rule resources, and nothing open to the world but the balancer.

Rules are resources of their own, never inline: the two styles undo each other's work.
"""

import functools
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..base.children import Children
from .args import Settings

APP_PORT, METRICS_PORT, HTTP, HTTPS = 8080, 9090, 80, 443
ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class Firewall:
    """The groups' ids; `balancer` is None where the balancer exists already and has its own."""

    tasks: pulumi.Output[str]
    balancer: pulumi.Output[str] | None


def make_firewall(children: Children, settings: Settings) -> Firewall:
    """The world → balancer → tasks → AWS by HTTPS; to the metrics port only the group that was named."""
    tasks = _group(children, settings, "tasks", "Tasks: in from the balancer, out by HTTPS").id
    if settings.existing_listener_arn is None:
        balancer = _group(children, settings, "balancer", "Balancer: in from the world, out to tasks").id
        for port in (HTTP, HTTPS) if settings.certificate_arn is not None else (HTTP,):
            _allow_in(children, f"balancer-in-{port}", balancer, port, cidr_ipv4=ANYWHERE)
        _allow_out(children, "balancer-out", balancer, APP_PORT, referenced_security_group_id=tasks)
        _allow_in(children, "tasks-in", tasks, APP_PORT, referenced_security_group_id=balancer)
    else:
        balancer = None
        source = settings.existing_load_balancer_group
        _allow_in(children, "tasks-in", tasks, APP_PORT, referenced_security_group_id=source)
    if settings.metrics_security_group_id is not None:
        source = settings.metrics_security_group_id
        _allow_in(children, "tasks-metrics", tasks, METRICS_PORT, referenced_security_group_id=source)
    # ECR, Logs, Secrets Manager and S3 have public addresses; what else an image needs is its owner's rule.
    _allow_out(children, "tasks-out", tasks, HTTPS, cidr_ipv4=ANYWHERE)
    return Firewall(tasks, balancer)


def _group(children: Children, settings: Settings, part: str, description: str) -> aws.ec2.SecurityGroup:
    name = f"{children.name}-{part}"
    return aws.ec2.SecurityGroup(
        name,
        vpc_id=settings.vpc_id,
        description=description,
        tags={**children.tags, "Name": name},
        opts=children.options(),
    )


def _allow(
    rule: type[aws.vpc.SecurityGroupIngressRule] | type[aws.vpc.SecurityGroupEgressRule],
    children: Children,
    part: str,
    group: pulumi.Input[str],
    port: int,
    *,
    cidr_ipv4: str | None = None,
    referenced_security_group_id: pulumi.Input[str] | None = None,
) -> None:
    rule(
        f"{children.name}-{part}",
        security_group_id=group,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        cidr_ipv4=cidr_ipv4,
        referenced_security_group_id=referenced_security_group_id,
        tags=children.tags,
        opts=children.options(),
    )


_allow_in = functools.partial(_allow, aws.vpc.SecurityGroupIngressRule)
_allow_out = functools.partial(_allow, aws.vpc.SecurityGroupEgressRule)
