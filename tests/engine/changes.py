"""The table of one-value changes: each names exactly the resources that it may touch, by type.

They follow each other on one stack, so that an earlier change must not come back in a later one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.engine import expect, inventory
from tests.engine.cli import Stack
from tests.engine.expect import Expected
from tests.engine.session import Session

# What carries data or an address: a change that replaces or deletes one of these is a fault.
LASTING = frozenset(
    {
        "aws:s3/bucket:Bucket",
        "aws:secretsmanager/secret:Secret",
        "aws:ecr/repository:Repository",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:apigatewayv2/api:Api",
        "aws:cloudwatch/logGroup:LogGroup",
        "random:index/randomPassword:RandomPassword",
        "random:index/randomBytes:RandomBytes",
        "aws:ec2/vpc:Vpc",
        "aws:ec2/subnet:Subnet",
    }
)

TASK = {"aws:ecs/taskDefinition:TaskDefinition": "replace", "aws:ecs/service:Service": "update"}
FUNCTION = {"aws:lambda/function:Function": "update", "aws:lambda/alias:Alias": "update"}


@dataclass(frozen=True)
class Change:
    """One change: settings, or an edit in the clone, and the operations that it may cause."""

    name: str
    settings: Mapping[str, Any]
    expected: Expected
    edit: Callable[[Path], None] = field(default=lambda _: None)
    # Types of LASTING that may go, because the change takes away what they belong to.
    may_go: frozenset[str] = frozenset()
    # A warning of the provider that is none of ours; hashicorp/terraform-provider-aws#42233 is the only one.
    warns: str = ""


def next_version(clone: Path) -> None:
    """A model is published anew: another version, the same artifact."""
    path = clone / "model_artifacts/gpa_to_sat/manifest.json"
    manifest = json.loads(path.read_text())
    manifest["version"] = "1.0.1"
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def edited_application(clone: Path) -> None:
    """Somebody edits one file of the application."""
    path = clone / "inference_app/errors.py"
    path.write_text(path.read_text() + "\n# edited\n")


def zone(operation: str) -> Expected:
    """One zone more or less; the others stay as they are."""
    return {
        "aws:ec2/subnet:Subnet": f"{operation} 2",
        "aws:ec2/routeTable:RouteTable": f"{operation} 2",
        "aws:ec2/routeTableAssociation:RouteTableAssociation": f"{operation} 2",
        "aws:ec2/route:Route": f"{operation} 2",
        "aws:ec2/vpcEndpoint:VpcEndpoint": "update",
        "aws:lb/loadBalancer:LoadBalancer": "update",
        "aws:ecs/service:Service": "update",
    }


def whole_function(operation: str) -> Expected:
    """Everything that serves on Lambda, and what watches it; without a warm-up."""
    counts = {
        "spot-inference:index:ApiGatewayLambda": 1,
        "random:index/randomId:RandomId": 1,
        "aws:apigatewayv2/api:Api": 1,
        "aws:apigatewayv2/integration:Integration": 1,
        "aws:apigatewayv2/route:Route": 2,
        "aws:apigatewayv2/stage:Stage": 1,
        "aws:cloudwatch/dashboard:Dashboard": 1,
        "aws:cloudwatch/logGroup:LogGroup": 2,
        "aws:cloudwatch/metricAlarm:MetricAlarm": 5,
        "aws:iam/role:Role": 1,
        "aws:iam/rolePolicy:RolePolicy": 1,
        "aws:lambda/alias:Alias": 1,
        "aws:lambda/function:Function": 1,
        "aws:lambda/permission:Permission": 1,
    }
    return {type_: f"{operation} {count}" for type_, count in counts.items()}


GUARDED = {
    "aws:s3/bucket:Bucket": "update",
    "aws:ecr/repository:Repository": "update",
    "aws:secretsmanager/secret:Secret": "update 3",
    "aws:lb/loadBalancer:LoadBalancer": "update",
}
DOMAIN = "models.example.com"
CERTIFICATE = "the certificate of the run"
CHANGES = [
    Change("greatest number of tasks 2 → 3", {"maxTasks": 3}, {
        "aws:appautoscaling/target:Target": "update",
        "aws:cloudwatch/metricAlarm:MetricAlarm": "update",
        "aws:cloudwatch/dashboard:Dashboard": "update",
    }),
    Change("least number of tasks 1 → 2", {"minTasks": 2}, {"aws:appautoscaling/target:Target": "update"}),
    Change("CPU 256 → 512, memory 1024", {"cpu": 512, "memory": 1024}, TASK),
    Change("CPU target 70 → 60 %", {"cpuTargetPercent": 60}, {"aws:appautoscaling/policy:Policy": "update"}),
    Change("share of Spot 1 → 2", {"spotWeight": 2}, {"aws:ecs/service:Service": "update"}),
    Change("a mail address", {"alarmEmails": ["ops@example.com"]}, {
        "aws:sns/topicSubscription:TopicSubscription": "create",
    }),
    Change("logs kept 7 → 14 days", {"logRetentionDays": 14}, {
        "aws:cloudwatch/logGroup:LogGroup": "update 3",
    }),
    Change("log level", {"logLevel": "debug"}, TASK | FUNCTION),
    Change("a new user", {"users": ["demo", "anna"]}, {
        "random:index/randomPassword:RandomPassword": "create",
        "aws:secretsmanager/secretVersion:SecretVersion": "replace 2",
    }),
    Change("a new signing key", {"signingKeyIds": ["k1", "k2"]}, {
        "random:index/randomBytes:RandomBytes": "create",
        "aws:secretsmanager/secretVersion:SecretVersion": "replace",
    }),
    Change("warm-up every 5 → 10 minutes", {"warmUpMinutes": 10}, {
        "aws:cloudwatch/eventRule:EventRule": "update",
    }),
    Change("no warm-up", {"warmUpMinutes": 0}, {
        "aws:cloudwatch/eventRule:EventRule": "delete",
        "aws:cloudwatch/eventTarget:EventTarget": "delete",
        "aws:lambda/permission:Permission": "delete",
    }),
    Change("memory of the function", {"functionMemory": 2048}, FUNCTION),
    Change("concurrency of the function", {"functionConcurrency": 20}, {
        # The same version goes on: this is no part of it.
        "aws:lambda/function:Function": "update",
        "aws:cloudwatch/metricAlarm:MetricAlarm": "update",
        "aws:cloudwatch/dashboard:Dashboard": "update",
    }),
    Change("a new model version", {}, TASK | FUNCTION | {
        "aws:s3/bucketObjectv2:BucketObjectv2": "replace 2",
    }, next_version),
    Change("an application file", {}, TASK | FUNCTION | {
        "random:index/randomId:RandomId": "replace",
        "docker-build:index:Image": "update",
    }, edited_application),
    Change("a third zone", {"zones": 3}, zone("create")),
    # Also because moto cannot delete an endpoint whose list of route tables has grown.
    Change("two zones again", {"zones": 2}, zone("delete"), may_go=frozenset({"aws:ec2/subnet:Subnet"})),
    Change("a certificate", {"certificateArn": CERTIFICATE, "domainName": DOMAIN}, {
        "aws:lb/listener:Listener": "create, update",
        "aws:lb/listenerRule:ListenerRule": "replace",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "create",
    }, warns="fixed_response"),
    Change("hosting both → fargate", {"hosting": "fargate"}, whole_function("delete"), may_go=frozenset(
        {"aws:apigatewayv2/api:Api", "aws:cloudwatch/logGroup:LogGroup"}
    )),
    Change("hosting fargate → both", {"hosting": "both"}, whole_function("create")),
    Change("protect", {"protect": True}, GUARDED),
    Change("no protection", {"protect": False}, GUARDED),
]  # fmt: skip


def run(session: Session, stack: Stack, certificate: str) -> None:
    """Makes every change of the table, then one more update that has nothing to do."""
    stack = session.elsewhere(stack, "edited")  # some edit the program, which the other parts run as it is
    before = _objects(session, stack)
    for change in CHANGES:
        stack.set({k: certificate if v == CERTIFICATE else v for k, v in change.settings.items()})
        change.edit(stack.pulumi.folder)
        report = stack.up()
        if change.warns:
            report.warnings = [warning for warning in report.warnings if change.warns not in warning]
        complaints = expect.exactly(report, change.expected)
        complaints += [
            f"{o.op} of {o.type}, which carries data or an address"
            for o in report.operations
            if o.op in ("replace", "delete") and o.type in LASTING - change.may_go
        ]
        lost = before - (now := _objects(session, stack))
        before = now
        session.table.add(
            stack.name, change.name, report, complaints + [f"lost: {key}" for key in sorted(lost)]
        )
    quiet = stack.up()
    session.table.add(stack.name, "up after all changes", quiet, expect.no_changes(quiet))


def issue_certificate(endpoint: str) -> str:
    """A certificate of the local AWS."""
    acm = inventory.client("acm", endpoint)
    return str(acm.request_certificate(DomainName=DOMAIN, ValidationMethod="DNS")["CertificateArn"])


def withdraw_certificate(endpoint: str, arn: str) -> None:
    """Takes it back, when nothing uses it any more."""
    inventory.client("acm", endpoint).delete_certificate(CertificateArn=arn)


def _objects(session: Session, stack: Stack) -> set[str]:
    """Every published file of the models that the bucket holds."""
    bucket = stack.outputs()["modelBucket"]
    s3 = inventory.client("s3", session.cloud.url)
    return {item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}
