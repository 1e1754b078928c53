"""Arguments for every component, each argument at least once: what the contracts are tried on.

A component in `components.__all__` without a sample, or an argument in no sample, fails a test.
"""

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi

import components
from local_cloud.recording import Graph, Resource
from tests.support.fake_aws import graph_of

REPOSITORY = Path(__file__).resolve().parents[2]
TAGS = {"team": "delays"}

COMPONENTS: dict[str, type[pulumi.ComponentResource]] = {
    name: public
    for name in components.__all__
    if isinstance(public := getattr(components, name), type) and issubclass(public, pulumi.ComponentResource)
}


@dataclass(frozen=True)
class Sample:
    """One component with one set of arguments."""

    component: str
    case: str
    args: dict[str, Any]

    @property
    def type(self) -> type[Any]:
        """The component's class."""
        return COMPONENTS[self.component]

    def __str__(self) -> str:
        return f"{self.component}-{self.case}"

    def __hash__(self) -> int:
        return hash(str(self))


RELEASE = {
    "name": "gpa_to_sat",
    "uri": "s3://models-1a2b3c4/models/gpa_to_sat/1.0.0/0011",
    "version": "1.0.0",
    "sha256": "aa11",
    "manifest_sha256": "bb22",
}
APPLICATION = {
    "models": [RELEASE],
    "default_model": "gpa_to_sat",
    "model_bucket_arn": "arn:aws:s3:::models-1a2b3c4",
    "signing_keys_arn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:keys",
    "users_arn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:users",
    "readable_secret_arns": ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:more"],
    "token_issuer": "issuer",
    "token_audience": "audience",
    "token_seconds": 600,
    "log_level": "debug",
    "environment": {"EXTRA": "value"},
}
IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/app@sha256:0123"
SERVICE = {
    "image_uri": IMAGE,
    "application": APPLICATION,
    "vpc_id": "vpc-1",
    "private_subnet_ids": ["subnet-1", "subnet-2"],
    "cpu": 1024,
    "memory": 2048,
    "architecture": "ARM64",
    "min_tasks": 3,
    "max_tasks": 6,
    "on_demand_base": 1,
    "on_demand_weight": 1,
    "spot_weight": 4,
    "cpu_target_percent": 60,
    "requests_per_target": 500,
    "server": "granian",
    "log_retention_days": 14,
    "metrics_security_group_id": "sg-prometheus",
    "tags": TAGS,
}

SAMPLES = (
    Sample("ApiCredentials", "least", {}),
    Sample(
        "ApiCredentials",
        "all",
        {
            "users": ["demo", "ada"],
            "signing_key_ids": ["k1", "k2"],
            "recovery_window_days": 7,
            "protect": True,
            "tags": TAGS,
        },
    ),
    Sample("ApiGatewayLambda", "least", {"image_uri": IMAGE}),
    Sample(
        "ApiGatewayLambda",
        "all",
        {
            "image_uri": IMAGE,
            "application": APPLICATION,
            "architecture": "ARM64",
            "memory": 2048,
            "timeout_seconds": 20,
            "throttle_rate": 10.5,
            "throttle_burst": 20,
            "login_throttle_rate": 2,
            "reserved_concurrency": 10,
            "warm_up_minutes": 1,
            "log_retention_days": 14,
            "tags": TAGS,
        },
    ),
    Sample(
        "InferenceImage",
        "all",
        {
            "context": str(Path(__file__).with_name("image")),
            "architecture": "ARM64",
            "python_image": "python:3.12-slim",
            "keep_images": 10,
            "force_delete": True,
            "protect": True,
            "tags": TAGS,
        },
    ),
    Sample("ModelBucket", "least", {}),
    Sample(
        "ModelBucket",
        "all",
        {
            "models": [str(REPOSITORY / "model_artifacts" / "gpa_to_sat")],
            "force_destroy": True,
            "protect": True,
            "tags": TAGS,
        },
    ),
    Sample(
        "ModelBucket",
        "existing",
        {
            "models": [str(REPOSITORY / "model_artifacts" / "gpa_to_sat")],
            "existing_bucket_name": "ours",
            "tags": TAGS,
        },
    ),
    Sample("Monitoring", "least", {}),
    Sample(
        "Monitoring",
        "all",
        {
            "emails": ["ops@example.com"],
            "services": [
                {
                    "name": "fargate",
                    "cluster_name": "cluster",
                    "service_name": "service",
                    "load_balancer_arn_suffix": "app/lb/1",
                    "target_group_arn_suffixes": ["targetgroup/blue/1", "targetgroup/green/2"],
                    "max_tasks": 6,
                }
            ],
            "functions": [
                {
                    "name": "lambda",
                    "function_name": "function",
                    "alias_name": "live",
                    "api_id": "api1",
                    "stage_name": "v1",
                    "concurrency_limit": 10,
                }
            ],
            "lambda_errors_threshold": 1,
            "http_4xx_threshold": 2,
            "http_5xx_threshold": 3,
            "latency_seconds_threshold": 0.5,
            "memory_percent_threshold": 60,
            "cpu_percent_threshold": 61,
            "concurrency_percent_threshold": 62,
            "topic_kms_key_arn": "arn:aws:kms:eu-central-1:123456789012:key/1",
            "tags": TAGS,
        },
    ),
    Sample("Network", "least", {}),
    Sample(
        "Network",
        "all",
        {"cidr_block": "10.1.0.0/16", "zones": 3, "nat_gateways": "OnePerAz", "tags": TAGS},
    ),
    Sample(
        "Network",
        "existing",
        {
            "existing_vpc_id": "vpc-1",
            "existing_public_subnet_ids": ["subnet-1", "subnet-2"],
            "existing_private_subnet_ids": ["subnet-3", "subnet-4"],
        },
    ),
    Sample(
        "SpotFargateService",
        "http",
        {
            "image_uri": IMAGE,
            "vpc_id": "vpc-1",
            "private_subnet_ids": ["subnet-1", "subnet-2"],
            "public_subnet_ids": ["subnet-3", "subnet-4"],
            "allow_plain_http": True,
        },
    ),
    Sample(
        "SpotFargateService",
        "https",
        {
            **SERVICE,
            "public_subnet_ids": ["subnet-3", "subnet-4"],
            "certificate_arn": "arn:aws:acm:eu-central-1:123456789012:certificate/1",
            "domain_name": "models.example.com",
            "hosted_zone_id": "Z1",
            "access_logs_bucket": "logs",
            "protect": True,
        },
    ),
    Sample(
        "SpotFargateService",
        "existing",
        {
            **SERVICE,
            "existing_cluster_arn": "arn:aws:ecs:eu-central-1:123456789012:cluster/ours",
            "existing_listener_arn": "arn:aws:elasticloadbalancing:eu-central-1:1234:listener/app/ours/1/2",
            "existing_load_balancer_arn_suffix": "app/ours/1",
            "existing_load_balancer_security_group_id": "sg-balancer",
            "existing_url": "https://ours.example.com",
            "listener_rule_hosts": ["models.example.com"],
            "listener_rule_paths": ["/predict"],
            "listener_rule_priority": 7,
        },
    ),
)
NAME = "sample"


@functools.cache
def graph(sample: Sample) -> Graph:
    """What a program that makes the sample registers, without typos and nulls; shared, so read it only."""
    return graph_of(lambda: sample.type(NAME, sample.args))


def made(sample: Sample) -> Resource:
    """The component itself in the sample's graph."""
    return next(
        resource for resource in graph(sample).resources if not resource.custom and not resource.remote
    )


def children(sample: Sample) -> list[Resource]:
    """Everything but the component."""
    return [resource for resource in graph(sample).resources if resource is not made(sample)]


def documents(resource: Resource) -> list[Any]:
    """The JSON documents among a resource's inputs, at every depth."""
    found: list[Any] = []

    def look(value: Any) -> None:
        if isinstance(value, dict | list):
            for item in value.values() if isinstance(value, dict) else value:
                look(item)
        elif isinstance(value, str) and value.startswith(("{", "[")):
            found.append(json.loads(value))

    look(resource.inputs)
    return found
