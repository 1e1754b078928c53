"""ELBv2: balancers, target groups, listeners and rules, with their attributes."""

from collections.abc import Mapping
from typing import Any

from .rules import Kind, Made, Step
from .shapes import renamed, text

_ACTIONS = {
    "fixedResponse": "fixedResponseConfig",
    "redirect": "redirectConfig",
    "forward": "forwardConfig",
    "stickiness": "targetGroupStickinessConfig",
    "duration": "durationSeconds",
    "arn": "targetGroupArn",
    "authenticateOidc": "authenticateOidcConfig",
    "jwtValidation": "jwtValidationConfig",
}
_CONDITIONS = {
    "pathPattern": "path-pattern",
    "hostHeader": "host-header",
    "httpHeader": "http-header",
    "httpRequestMethod": "http-request-method",
    "queryStrings": "query-string",
    "sourceIp": "source-ip",
}
_BALANCER_ATTRIBUTES = {
    "idleTimeout": "idle_timeout.timeout_seconds",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "enableDeletionProtection": "deletion_protection.enabled",
    "enableHttp2": "routing.http2.enabled",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
    "preserveHostHeader": "routing.http.preserve_host_header.enabled",
    "xffHeaderProcessingMode": "routing.http.xff_header_processing.mode",
}
_GROUP_ATTRIBUTES = {
    "deregistrationDelay": "deregistration_delay.timeout_seconds",
    "slowStart": "slow_start.duration_seconds",
    "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
}
_CHECK = {
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "enabled": "HealthCheckEnabled",
    "healthyThreshold": "HealthyThresholdCount",
    "unhealthyThreshold": "UnhealthyThresholdCount",
    "matcher": "Matcher.HttpCode",
}


def _attributes(call: str, key: str, names: Mapping[str, str]) -> Step:
    """The step that sets the given attributes of a balancer or target group."""

    def more(made: Made) -> dict[str, Any]:
        given = [(name, made.inputs[name]) for name in names if name in made.inputs]
        pairs = {names[name]: text(value) for name, value in given if name != "accessLogs"}
        logs = made.inputs.get("accessLogs") or {}
        pairs |= {f"access_logs.s3.{part}": text(value) for part, value in logs.items() if value is not None}
        return {key: made.id, "Attributes": [{"Key": name, "Value": value} for name, value in pairs.items()]}

    return Step(f"elbv2.{call}", dict.fromkeys(names, ""), more=more)


def _health_check(made: Made) -> dict[str, Any]:
    check = made.inputs.get("healthCheck") or {}
    return {_CHECK[key]: value for key, value in check.items() if value is not None}


def _conditions(conditions: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The provider's condition, keyed by its kind, as the API's field with a configuration."""
    return [
        {
            "field": _CONDITIONS[kind],
            f"{kind.removesuffix('s') if kind == 'queryStrings' else kind}Config": content,
        }
        for condition in conditions
        for kind, content in condition.items()
        if content is not None
    ]


def _actions(actions: Any) -> Any:
    return renamed(actions, _ACTIONS)


def _suffix(made: Made) -> str:
    """The part of the ARN that CloudWatch's dimensions use."""
    tail = str(made.id).split(":")[-1]
    return tail.removeprefix("loadbalancer/")


KINDS = {
    "aws:lb/loadBalancer:LoadBalancer": Kind(
        Step(
            "elbv2.create_load_balancer",
            {"loadBalancerType": "Type", "internal": "Scheme"},
            convert={"internal": lambda internal: "internal" if internal else "internet-facing"},
        ),
        found="LoadBalancers[0]",
        id="LoadBalancerArn",
        outputs={
            "arn": "LoadBalancerArn",
            "dnsName": "DNSName",
            "zoneId": "CanonicalHostedZoneId",
            "vpcId": "VpcId",
            "arnSuffix": _suffix,
        },
        then=[
            _attributes(
                "modify_load_balancer_attributes",
                "LoadBalancerArn",
                {**_BALANCER_ATTRIBUTES, "accessLogs": ""},
            )
        ],
        named="name",
        longest=32,
    ),
    "aws:lb/targetGroup:TargetGroup": Kind(
        Step("elbv2.create_target_group", {"healthCheck": ""}, more=_health_check),
        found="TargetGroups[0]",
        id="TargetGroupArn",
        outputs={"arn": "TargetGroupArn", "arnSuffix": _suffix},
        then=[_attributes("modify_target_group_attributes", "TargetGroupArn", _GROUP_ATTRIBUTES)],
        named="name",
        longest=32,
    ),
    "aws:lb/listener:Listener": Kind(
        Step(
            "elbv2.create_listener",
            {"certificateArn": "Certificates"},
            convert={"defaultActions": _actions, "certificateArn": lambda arn: [{"CertificateArn": arn}]},
        ),
        found="Listeners[0]",
        id="ListenerArn",
        outputs={"arn": "ListenerArn"},
    ),
    "aws:lb/listenerRule:ListenerRule": Kind(
        Step("elbv2.create_rule", convert={"actions": _actions, "conditions": _conditions}),
        found="Rules[0]",
        id="RuleArn",
        outputs={"arn": "RuleArn"},
    ),
}
