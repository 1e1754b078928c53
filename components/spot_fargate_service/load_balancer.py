"""How requests arrive: a balancer with a listener and one rule, or one rule of a listener that exists."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..base.children import Children
from .args import BALANCER, TARGET_GROUP, Settings
from .firewall import APP_PORT, HTTP, HTTPS, Firewall

# TLS 1.3, and 1.2 for clients that cannot do better.
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
# Less than the 75 s for which the application keeps a connection: the balancer must be who closes it.
IDLE_SECONDS = 60
DEREGISTRATION_SECONDS = 30
# A draining task answers 503 here and is out after twice 5 s and 3 s; it still serves for 15 s.
HEALTH_SECONDS, HEALTH_CHECKS, HEALTH_TIMEOUT = 5, 2, 3


@dataclass(frozen=True)
class FrontDoor:
    """Where requests come in; a service may start once `rule` leads to its target group."""

    url: pulumi.Output[str]
    load_balancer_arn_suffix: pulumi.Output[str]
    listener_arn: pulumi.Output[str]
    target_group: aws.lb.TargetGroup
    rule: aws.lb.ListenerRule


def make_front_door(children: Children, settings: Settings, firewall: Firewall) -> FrontDoor:
    """The target group and what leads to it."""
    target_group = _make_target_group(children, settings)
    if firewall.balancer is None:
        listener_arn = pulumi.Output.from_input(settings.existing_listener_arn)
        suffix = pulumi.Output.from_input(settings.existing_load_balancer_arn_suffix)
        url = pulumi.Output.from_input(settings.existing_url)
    else:
        balancer = _make_balancer(children, settings, firewall.balancer)
        listener_arn = _make_listeners(children, settings, balancer)
        suffix, url = balancer.arn_suffix, _url(settings, balancer)
        if settings.hosted_zone_id is not None:
            _make_record(children, settings, balancer)
    rule = _make_rule(children, settings, listener_arn, target_group)
    return FrontDoor(url, suffix, listener_arn, target_group, rule)


def _url(settings: Settings, balancer: aws.lb.LoadBalancer) -> pulumi.Output[str]:
    if settings.certificate_arn is None:
        return pulumi.Output.format("http://{0}", balancer.dns_name)
    return pulumi.Output.format("https://{0}", settings.domain_name)


def _make_target_group(children: Children, settings: Settings) -> aws.lb.TargetGroup:
    # Without a name: a group that is replaced gets the new one first, and its listener is never without.
    return aws.lb.TargetGroup(
        f"{children.name}{TARGET_GROUP}",
        port=APP_PORT,
        protocol="HTTP",
        target_type="ip",
        vpc_id=settings.vpc_id,
        deregistration_delay=DEREGISTRATION_SECONDS,
        health_check={
            "path": "/readyz",
            "matcher": "200",
            "interval": HEALTH_SECONDS,
            "timeout": HEALTH_TIMEOUT,
            "healthy_threshold": HEALTH_CHECKS,
            "unhealthy_threshold": HEALTH_CHECKS,
        },
        tags=children.tags,
        opts=children.options(),
    )


def _make_balancer(
    children: Children, settings: Settings, security_group_id: pulumi.Output[str]
) -> aws.lb.LoadBalancer:
    logs: aws.lb.LoadBalancerAccessLogsArgsDict | None = None
    if settings.access_logs_bucket is not None:
        logs = {"enabled": True, "bucket": settings.access_logs_bucket, "prefix": children.name}
    return aws.lb.LoadBalancer(
        f"{children.name}{BALANCER}",
        load_balancer_type="application",
        internal=False,
        subnets=settings.public_subnet_ids,
        security_groups=[security_group_id],
        drop_invalid_header_fields=True,
        idle_timeout=IDLE_SECONDS,
        enable_deletion_protection=settings.protect,
        access_logs=logs,
        tags=children.tags,
        opts=children.options(protect=settings.protect),
    )


def _make_listeners(
    children: Children, settings: Settings, balancer: aws.lb.LoadBalancer
) -> pulumi.Output[str]:
    """Port 80, and 443 where there is a certificate; → the ARN of the one that serves."""
    not_found: aws.lb.ListenerDefaultActionArgsDict = {
        "type": "fixed-response",
        "fixed_response": {
            "content_type": "application/json",
            "message_body": '{"error": "There is nothing here.", "code": "not_found"}',
            "status_code": "404",
        },
    }
    redirect: aws.lb.ListenerDefaultActionArgsDict = {
        "type": "redirect",
        "redirect": {"protocol": "HTTPS", "port": str(HTTPS), "status_code": "HTTP_301"},
    }
    http = aws.lb.Listener(
        f"{children.name}-http",
        load_balancer_arn=balancer.arn,
        port=HTTP,
        protocol="HTTP",
        default_actions=[not_found if settings.certificate_arn is None else redirect],
        tags=children.tags,
        opts=children.options(),
    )
    if settings.certificate_arn is None:
        return http.arn
    https = aws.lb.Listener(
        f"{children.name}-https",
        load_balancer_arn=balancer.arn,
        port=HTTPS,
        protocol="HTTPS",
        ssl_policy=TLS_POLICY,
        certificate_arn=settings.certificate_arn,
        default_actions=[not_found],
        tags=children.tags,
        opts=children.options(),
    )
    return https.arn


def _make_rule(
    children: Children,
    settings: Settings,
    listener_arn: pulumi.Output[str],
    target_group: aws.lb.TargetGroup,
) -> aws.lb.ListenerRule:
    """Requests reach the service by a rule from the first up: a release can move a rule, not a default."""
    conditions: list[aws.lb.ListenerRuleConditionArgsDict] = []
    if settings.rule_hosts:
        conditions.append({"host_header": {"values": settings.rule_hosts}})
    if settings.rule_paths or not conditions:
        conditions.append({"path_pattern": {"values": settings.rule_paths or ["/*"]}})
    return aws.lb.ListenerRule(
        f"{children.name}-rule",
        listener_arn=listener_arn,
        priority=settings.rule_priority,
        conditions=conditions,
        actions=[{"type": "forward", "target_group_arn": target_group.arn}],
        tags=children.tags,
        opts=children.options(),
    )


def _make_record(children: Children, settings: Settings, balancer: aws.lb.LoadBalancer) -> None:
    aws.route53.Record(
        f"{children.name}-record",
        zone_id=settings.hosted_zone_id,
        name=settings.domain_name,
        type="A",
        aliases=[
            {"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": False},
        ],
        opts=children.options(),
    )
