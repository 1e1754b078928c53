"""Who may talk to whom, rule by rule: nothing is open to the world but the balancer."""

from typing import Any

import pytest

from local_cloud.recording import Graph
from tests.infra.spot_fargate_service.samples import EXISTING, HTTPS, PLAIN, service

IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OUT = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
BALANCER, TASKS, WORLD = "api-balancer-id", "api-tasks-id", "0.0.0.0/0"


def rules(graph: Graph, type_: str) -> set[tuple[str, int, str]]:
    """Each rule as (group, port, other side)."""
    found = set()
    for rule in graph.of_type(type_):
        inputs = rule.inputs
        assert inputs["ipProtocol"] == "tcp"
        assert inputs["fromPort"] == inputs["toPort"]
        sides = [inputs[key] for key in ("cidrIpv4", "referencedSecurityGroupId") if key in inputs]
        assert len(sides) == 1
        assert not {"cidrIpv6", "prefixListId"} & set(inputs)
        found.add((inputs["securityGroupId"], int(inputs["fromPort"]), sides[0]))
    return found


def test_tasks_accept_traffic_only_from_the_balancer() -> None:
    assert rules(service(PLAIN), IN) == {(BALANCER, 80, WORLD), (TASKS, 8080, BALANCER)}


def test_https_opens_443_beside_80_which_redirects() -> None:
    assert rules(service(HTTPS), IN) == {
        (BALANCER, 80, WORLD),
        (BALANCER, 443, WORLD),
        (TASKS, 8080, BALANCER),
    }


def test_behind_an_existing_balancer_nothing_is_open_to_the_world() -> None:
    graph = service(EXISTING)
    assert [group.name for group in graph.of_type(GROUP)] == ["api-tasks"]
    assert rules(graph, IN) == {(TASKS, 8080, "sg-ours")}


def test_the_metrics_port_opens_only_to_the_group_that_was_named() -> None:
    graph = service({**PLAIN, "metrics_security_group_id": "sg-prometheus"})
    assert rules(graph, IN) - rules(service(PLAIN), IN) == {(TASKS, 9090, "sg-prometheus")}


def test_the_balancer_reaches_tasks_and_tasks_reach_https() -> None:
    assert rules(service(PLAIN), OUT) == {(BALANCER, 8080, TASKS), (TASKS, 443, WORLD)}


@pytest.mark.parametrize("args", [PLAIN, HTTPS, EXISTING])
def test_rules_are_resources_of_their_own(args: dict[str, Any]) -> None:
    """Inline rules beside rule resources undo each other after a refresh."""
    graph = service(args)
    assert [group.name for group in graph.of_type(GROUP) if {"ingress", "egress"} & set(group.inputs)] == []
    assert graph.of_type("aws:ec2/securityGroupRule:SecurityGroupRule") == []
    assert {group.inputs["vpcId"] for group in graph.of_type(GROUP)} == {"vpc-1"}


def test_each_side_wears_its_group() -> None:
    graph = service(PLAIN)
    assert graph.one("aws:lb/loadBalancer:LoadBalancer").inputs["securityGroups"] == [BALANCER]
    network = graph.one("aws:ecs/service:Service").inputs["networkConfiguration"]
    assert network == {
        "subnets": ["subnet-3", "subnet-4"],
        "securityGroups": [TASKS],
        "assignPublicIp": False,
    }
    assert graph.exports["security_group_id"] == TASKS
