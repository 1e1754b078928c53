"""Arguments of a service, and the graph that they make."""

from typing import Any

import pulumi

from components.spot_fargate_service import SpotFargateService
from local_cloud.recording import Graph
from tests.support.fake_aws import graph_of, refusal

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/app@sha256:0123"
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:"
PLAIN: dict[str, Any] = {
    "image_uri": IMAGE,
    "vpc_id": "vpc-1",
    "public_subnet_ids": ["subnet-1", "subnet-2"],
    "private_subnet_ids": ["subnet-3", "subnet-4"],
    "allow_plain_http": True,
}
HTTPS: dict[str, Any] = {
    **{key: value for key, value in PLAIN.items() if key != "allow_plain_http"},
    "certificate_arn": "arn:aws:acm:eu-central-1:123456789012:certificate/1",
    "domain_name": "models.example.com",
}
EXISTING: dict[str, Any] = {
    "image_uri": IMAGE,
    "vpc_id": "vpc-1",
    "private_subnet_ids": ["subnet-3", "subnet-4"],
    "existing_listener_arn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/ours/1/2",
    "existing_load_balancer_arn_suffix": "app/ours/1",
    "existing_load_balancer_security_group_id": "sg-ours",
    "existing_url": "https://ours.example.com",
    "listener_rule_hosts": ["models.example.com"],
}


def service(args: dict[str, Any]) -> Graph:
    """The graph of a service `api`, its outputs exported under their names."""

    def program() -> None:
        made = SpotFargateService("api", args)  # type: ignore[arg-type]
        for output in SpotFargateService.__annotations__:
            pulumi.export(output, getattr(made, output))

    return graph_of(program, project="ours", stack="dev")


def refused(args: dict[str, Any], name: str = "api") -> str:
    """What the service says of arguments that it does not take."""
    return refusal(lambda: SpotFargateService(name, args))  # type: ignore[arg-type]
