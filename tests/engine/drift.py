"""Somebody changed resources by hand: refresh shows it, the next update undoes it, the one after is quiet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.engine import expect
from tests.engine.cli import Stack
from tests.engine.inventory import client
from tests.engine.session import Session

Aws = Callable[[str], Any]
Ids = dict[str, str]


@dataclass(frozen=True)
class Drift:
    """What somebody did, and which operation undoes it on which type."""

    name: str
    type: str
    undone_by: str
    do: Callable[[Aws, Ids], object]


def _smaller_function(aws: Aws, ids: Ids) -> object:
    name = ids["aws:lambda/function:Function lambda-function"]
    return aws("lambda").update_function_configuration(FunctionName=name, MemorySize=512)


def _logs_for_ever(aws: Aws, ids: Ids) -> object:
    name = ids["aws:cloudwatch/logGroup:LogGroup fargate-logs"]
    return aws("logs").delete_retention_policy(logGroupName=name)


def _no_versions(aws: Aws, ids: Ids) -> object:
    bucket = ids["aws:s3/bucket:Bucket models-bucket"]
    return aws("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


def _open_bucket(aws: Aws, ids: Ids) -> object:
    return aws("s3").delete_public_access_block(Bucket=ids["aws:s3/bucket:Bucket models-bucket"])


def _no_alarm(aws: Aws, ids: Ids) -> object:
    return aws("cloudwatch").delete_alarms(
        AlarmNames=[ids["aws:cloudwatch/metricAlarm:MetricAlarm monitoring-lambda-errors"]]
    )


def _no_way_in(aws: Aws, ids: Ids) -> object:
    return aws("ec2").revoke_security_group_ingress(
        GroupId=ids["aws:ec2/securityGroup:SecurityGroup fargate-tasks"],
        SecurityGroupRuleIds=[
            ids["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule fargate-tasks-in"]
        ],
    )


def _more_rights(aws: Aws, ids: Ids) -> object:
    role, _, name = ids["aws:iam/rolePolicy:RolePolicy fargate-task-policy"].partition(":")
    everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    return aws("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=everything)


UPDATE, CREATE = "update", "create"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
DRIFTS = [
    Drift("less memory for the function", "aws:lambda/function:Function", UPDATE, _smaller_function),
    Drift("logs kept for ever", "aws:cloudwatch/logGroup:LogGroup", UPDATE, _logs_for_ever),
    Drift("no versions in the bucket", "aws:s3/bucketVersioning:BucketVersioning", UPDATE, _no_versions),
    Drift("a bucket open to the world", BLOCK, CREATE, _open_bucket),
    Drift("an alarm deleted", "aws:cloudwatch/metricAlarm:MetricAlarm", CREATE, _no_alarm),
    Drift("a firewall rule deleted", RULE, CREATE, _no_way_in),
    Drift("every right for the tasks", "aws:iam/rolePolicy:RolePolicy", UPDATE, _more_rights),
]


def run(session: Session, stack: Stack) -> None:
    """All of it at once: one refresh, one update, one quiet update."""
    ids = {f"{r['type']} {r['urn'].rpartition('::')[2]}": r.get("id", "") for r in stack.state()}
    for drift in DRIFTS:
        drift.do(lambda service: client(service, session.cloud.url), ids)
    refresh = stack.refresh()
    shown = {o.type: o.op for o in refresh.operations}
    # The provider warns of what it does not find, which is the point.
    complaints = expect.worked(refresh, quiet=False)
    complaints += [f"not shown: {drift.name} ({drift.type})" for drift in DRIFTS if drift.type not in shown]
    complaints += [f"shown and not done: {o}" for o in shown.keys() - {drift.type for drift in DRIFTS}]
    session.table.add(stack.name, f"refresh after {len(DRIFTS)} changes by hand", refresh, complaints)
    undo = stack.up()
    expected = {drift.type: drift.undone_by for drift in DRIFTS}
    # Another version of the function is published, and the alias follows it.
    expected["aws:lambda/alias:Alias"] = UPDATE
    session.table.add(stack.name, "up undoes them", undo, expect.exactly(undo, expected))
    quiet = stack.up()
    session.table.add(stack.name, "up after it", quiet, expect.no_changes(quiet))
