"""`hosting` chooses the hosts; what the other one needs is not made."""

from collections.abc import Callable

import pytest

from local_cloud.recording import Graph
from tests.support.stacks import dev, prod, run_stack

COMMON = {"url", "modelBucket", "imageUri", "dashboardUrls", "loginCommand"}


@pytest.fixture(scope="module")
def on_lambda() -> Graph:
    return run_stack("prod", hosting="lambda")


@pytest.fixture(scope="module")
def on_fargate() -> Graph:
    return run_stack("dev", hosting="fargate")


def test_lambda_alone_needs_no_network_no_balancer_and_no_certificate(on_lambda: Graph) -> None:
    kinds = {resource.type.split("/")[0] for resource in on_lambda.resources}
    assert kinds.isdisjoint({"aws:ecs", "aws:lb", "aws:ec2", "aws:appautoscaling", "awsx:ec2:Vpc"})
    assert on_lambda.of_type("spot-inference:index:SpotFargateService", "spot-inference:index:Network") == []
    assert on_lambda.exports.keys() == COMMON | {"lambdaUrl"}
    assert on_lambda.exports["url"] == on_lambda.exports["lambdaUrl"]


def test_fargate_alone_makes_no_function_and_no_api(on_fargate: Graph) -> None:
    kinds = {resource.type.split("/")[0] for resource in on_fargate.resources}
    assert kinds.isdisjoint({"aws:lambda", "aws:apigatewayv2"})
    assert on_fargate.exports.keys() == COMMON | {"fargateUrl"}
    assert on_fargate.exports["url"] == on_fargate.exports["fargateUrl"]


@pytest.mark.parametrize("stack", [dev, prod])
def test_both_stacks_serve_on_both_hosts_with_a_dashboard_each(stack: Callable[[], Graph]) -> None:
    graph = stack()
    assert graph.exports.keys() == COMMON | {"fargateUrl", "lambdaUrl"}
    assert graph.exports["url"] == graph.exports["fargateUrl"]
    assert graph.exports["dashboardUrls"].keys() == {"fargate", "lambda"}
    assert len(graph.of_type("aws:cloudwatch/dashboard:Dashboard")) == 2


def test_an_existing_network_is_used_as_it_is() -> None:
    graph = run_stack(
        "dev",
        existingVpcId="vpc-1",
        existingPublicSubnetIds=["subnet-1", "subnet-2"],
        existingPrivateSubnetIds=["subnet-3", "subnet-4"],
    )
    assert graph.of_type("awsx:ec2:Vpc") == []
    assert graph.one("aws:lb/targetGroup:TargetGroup").inputs["vpcId"] == "vpc-1"
    assert graph.one("aws:lb/loadBalancer:LoadBalancer").inputs["subnets"] == ["subnet-1", "subnet-2"]
    service = graph.one("aws:ecs/service:Service")
    assert service.inputs["networkConfiguration"]["subnets"] == ["subnet-3", "subnet-4"]
