"""How requests arrive: HTTPS where there is a certificate, 404 by default, a rule from the first up."""

from typing import Any

import pytest

from tests.infra.spot_fargate_service.samples import EXISTING, HTTPS, PLAIN, service

BALANCER, LISTENER, RULE = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/listener:Listener",
    "aws:lb/listenerRule:ListenerRule",
)
RECORD = "aws:route53/record:Record"
GROUP_ARN = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/api-tg/73e2d6bc24d8a067"


def without_tags(inputs: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in inputs.items() if key != "tags"}


def test_the_balancer_is_public_and_drops_what_is_no_header() -> None:
    assert without_tags(service(PLAIN).one(BALANCER).inputs) == {
        "loadBalancerType": "application",
        "internal": False,
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["api-balancer-id"],
        "dropInvalidHeaderFields": True,
        "idleTimeout": 60,
        "enableDeletionProtection": False,
    }


def test_without_a_certificate_port_80_serves_and_answers_404_by_default() -> None:
    graph = service(PLAIN)
    listener = graph.one(LISTENER)
    assert (listener.inputs["port"], listener.inputs["protocol"]) == (80, "HTTP")
    (action,) = listener.inputs["defaultActions"]
    assert (action["type"], action["fixedResponse"]["statusCode"]) == ("fixed-response", "404")
    assert graph.one(RULE).inputs["listenerArn"] == listener.outputs["arn"] == graph.exports["listener_arn"]
    assert graph.exports["url"] == "http://api-lb-1234567890.eu-central-1.elb.amazonaws.com"


def test_with_a_certificate_443_serves_and_80_redirects() -> None:
    graph = service(HTTPS)
    http, https = graph.one(LISTENER, "api-http"), graph.one(LISTENER, "api-https")
    assert http.inputs["defaultActions"] == [
        {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
    ]
    assert (http.inputs["port"], https.inputs["port"], https.inputs["protocol"]) == (80, 443, "HTTPS")
    assert https.inputs["certificateArn"] == HTTPS["certificate_arn"]
    assert https.inputs["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert https.inputs["defaultActions"][0]["fixedResponse"]["statusCode"] == "404"
    assert graph.one(RULE).inputs["listenerArn"] == https.outputs["arn"] == graph.exports["listener_arn"]
    assert graph.exports["url"] == "https://models.example.com"


@pytest.mark.parametrize("args", [PLAIN, HTTPS])
def test_everything_is_forwarded_by_one_rule(args: dict[str, Any]) -> None:
    rule = service(args).one(RULE).inputs
    assert rule["actions"] == [{"type": "forward", "targetGroupArn": GROUP_ARN}]
    assert (rule["priority"], rule["conditions"]) == (100, [{"pathPattern": {"values": ["/*"]}}])


def test_a_task_is_asked_whether_it_is_ready_and_leaves_in_time() -> None:
    group = without_tags(service(PLAIN).one("aws:lb/targetGroup:TargetGroup").inputs)
    assert group == {
        "port": 8080,
        "protocol": "HTTP",
        "targetType": "ip",
        "vpcId": "vpc-1",
        "deregistrationDelay": 30,
        "healthCheck": {
            "path": "/readyz",
            "matcher": "200",
            "interval": 5,
            "timeout": 3,
            "healthyThreshold": 2,
            "unhealthyThreshold": 2,
        },
    }


def test_the_record_points_at_the_balancer() -> None:
    graph = service({**HTTPS, "hosted_zone_id": "Z1"})
    assert graph.one(RECORD).inputs == {
        "zoneId": "Z1",
        "name": "models.example.com",
        "type": "A",
        "aliases": [
            {
                "name": "api-lb-1234567890.eu-central-1.elb.amazonaws.com",
                "zoneId": "Z215JYRZR1TBD5",
                "evaluateTargetHealth": False,
            }
        ],
    }
    assert service(HTTPS).of_type(RECORD) == []


@pytest.mark.parametrize("protect", [True, False])
def test_the_balancer_is_protected_by_pulumi_and_by_aws_together(protect: bool) -> None:
    graph = service({**PLAIN, "protect": protect})
    assert graph.one(BALANCER).inputs["enableDeletionProtection"] is protect
    assert [r.name for r in graph.resources if r.protect] == (["api-lb"] if protect else [])


def test_access_logs_go_to_the_bucket_that_was_named() -> None:
    logs = service({**PLAIN, "access_logs_bucket": "logs"}).one(BALANCER).inputs["accessLogs"]
    assert logs == {"enabled": True, "bucket": "logs", "prefix": "api"}


def test_behind_an_existing_listener_there_is_a_rule_and_no_balancer() -> None:
    graph = service({**EXISTING, "listener_rule_paths": ["/predict"], "listener_rule_priority": 7.0})
    assert graph.of_type(BALANCER, LISTENER, RECORD) == []
    assert without_tags(graph.one(RULE).inputs) == {
        "listenerArn": EXISTING["existing_listener_arn"],
        "priority": 7,
        "conditions": [
            {"hostHeader": {"values": ["models.example.com"]}},
            {"pathPattern": {"values": ["/predict"]}},
        ],
        "actions": [{"type": "forward", "targetGroupArn": GROUP_ARN}],
    }
    assert graph.exports["url"] == "https://ours.example.com"
    assert graph.exports["load_balancer_arn_suffix"] == "app/ours/1"
    assert graph.exports["listener_arn"] == EXISTING["existing_listener_arn"]


def test_a_rule_by_host_alone_compares_no_path() -> None:
    conditions = service(EXISTING).one(RULE).inputs["conditions"]
    assert conditions == [{"hostHeader": {"values": ["models.example.com"]}}]


def test_no_balancer_and_no_target_group_has_a_name_of_its_own() -> None:
    """A replaced resource with a name is deleted first: an outage."""
    graph = service(HTTPS)
    named = graph.of_type(BALANCER, "aws:lb/targetGroup:TargetGroup")
    assert len(named) == 2
    assert [resource.name for resource in named if {"name", "namePrefix"} & set(resource.inputs)] == []
    assert [resource.name for resource in named if len(resource.name) + 8 > 32] == []


def test_the_suffixes_are_the_dimensions_of_the_metrics() -> None:
    exports = service(PLAIN).exports
    assert exports["load_balancer_arn_suffix"] == "app/api-lb/50dc6c495c0c9188"
    assert exports["target_group_arn_suffixes"] == ["targetgroup/api-tg/73e2d6bc24d8a067"]
