"""What stands in the account: every resource of a kind that the program makes, asked of AWS itself."""

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

REGION = "eu-central-1"

# kind of resource, service, operation, where the list stands in the answer, what names an item of it
LISTS = [
    ("acm certificate", "acm", "list_certificates", "CertificateSummaryList", "CertificateArn"),
    ("api", "apigatewayv2", "get_apis", "Items", "ApiId"),
    (
        "scalable target",
        "application-autoscaling",
        "describe_scalable_targets",
        "ScalableTargets",
        "ResourceId",
    ),
    (
        "scaling policy",
        "application-autoscaling",
        "describe_scaling_policies",
        "ScalingPolicies",
        "PolicyARN",
    ),
    ("alarm", "cloudwatch", "describe_alarms", "MetricAlarms", "AlarmArn"),
    ("composite alarm", "cloudwatch", "describe_alarms", "CompositeAlarms", "AlarmArn"),
    ("dashboard", "cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("vpc", "ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("subnet", "ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("security group", "ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    (
        "security group rule",
        "ec2",
        "describe_security_group_rules",
        "SecurityGroupRules",
        "SecurityGroupRuleId",
    ),
    ("route table", "ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    ("internet gateway", "ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ("address", "ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("vpc endpoint", "ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ("repository", "ecr", "describe_repositories", "repositories", "repositoryArn"),
    ("cluster", "ecs", "list_clusters", "clusterArns", ""),
    ("task definition", "ecs", "list_task_definitions", "taskDefinitionArns", ""),
    ("balancer", "elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ("target group", "elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    ("event rule", "events", "list_rules", "Rules", "Arn"),
    ("role", "iam", "list_roles", "Roles", "Arn"),
    ("policy", "iam", "list_policies", "Policies", "Arn"),
    ("function", "lambda", "list_functions", "Functions", "FunctionArn"),
    ("log group", "logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("bucket", "s3", "list_buckets", "Buckets", "Name"),
    ("schedule", "scheduler", "list_schedules", "Schedules", "Arn"),
    ("secret", "secretsmanager", "list_secrets", "SecretList", "ARN"),
    ("topic", "sns", "list_topics", "Topics", "TopicArn"),
    ("subscription", "sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    ("hosted zone", "route53", "list_hosted_zones", "HostedZones", "Id"),
    ("nat gateway", "ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
]

ARGUMENTS: dict[str, dict[str, Any]] = {
    "scalable target": {"ServiceNamespace": "ecs"},
    "scaling policy": {"ServiceNamespace": "ecs"},
    "policy": {"Scope": "Local"},
    "secret": {"IncludePlannedDeletion": True},
}


def client(service: str, endpoint: str) -> Any:
    """A client of the local AWS."""
    make: Callable[..., Any] = boto3.client
    return make(
        service, endpoint_url=endpoint, region_name=REGION,
        aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 1}, proxies={}),
    )  # fmt: skip


def inventory(endpoint: str) -> set[str]:
    """Everything that stands there, as "kind name"."""
    clients: dict[str, Any] = {}
    found: set[str] = set()
    defaults: set[str] = set()  # security groups that came with a VPC; they are listed before their rules
    for kind, service, operation, listed, name in LISTS:
        asked = clients.setdefault(service, client(service, endpoint))
        arguments = ARGUMENTS.get(kind, {})
        pages = (
            asked.get_paginator(operation).paginate(**arguments)
            if asked.can_paginate(operation)
            else [getattr(asked, operation)(**arguments)]
        )
        for page in pages:
            for item in page.get(listed, []):
                if not name or not _by_itself(item, defaults):
                    found.add(f"{kind} {item[name] if name else item}")
    return found - _inactive(clients["ecs"], found) | _services(clients["ecs"], found)


def _by_itself(item: dict[str, Any], defaults: set[str]) -> bool:
    """What came with a VPC and goes with it, what is gone and still listed, and autoscaling's own alarms.

    AWS deletes those with their policy; moto forgets the ones of a policy that was changed.
    """
    if item.get("GroupName") == "default":
        defaults.add(item["GroupId"])
    main = any(association.get("Main") for association in item.get("Associations", []))
    if item.get("AlarmName", "").startswith("TargetTracking-"):
        return True
    return main or item.get("State") == "deleted" or item.get("GroupId") in defaults


def _inactive(ecs: Any, found: set[str]) -> set[str]:
    """ECS lists a deleted cluster for a while, as inactive."""
    arns = [item.removeprefix("cluster ") for item in found if item.startswith("cluster ")]
    described = ecs.describe_clusters(clusters=arns)["clusters"] if arns else []
    return {f"cluster {c['clusterArn']}" for c in described if c["status"] == "INACTIVE"}


def _services(ecs: Any, found: set[str]) -> set[str]:
    services = set()
    for cluster in sorted(item.removeprefix("cluster ") for item in found if item.startswith("cluster ")):
        arns = ecs.list_services(cluster=cluster)["serviceArns"]
        described = ecs.describe_services(cluster=cluster, services=arns)["services"] if arns else []
        services |= {f"service {s['serviceArn']}" for s in described if s["status"] != "INACTIVE"}
    return services


def left(before: set[str], after: set[str]) -> tuple[list[str], list[str]]:
    """What is new and should not be, and the task definitions, which are kept on purpose."""
    new = sorted(after - before)
    kept = [item for item in new if item.startswith("task definition ")]
    return [item for item in new if item not in kept], kept
