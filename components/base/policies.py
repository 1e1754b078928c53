"""IAM documents as pure functions: plain dictionaries in, canonical JSON out, nothing of AWS asked."""

import json
from collections.abc import Sequence
from typing import Any

Statement = dict[str, Any]


def allow(actions: Sequence[str], resources: Sequence[str], **more: Any) -> Statement:
    """One statement that allows `actions` on `resources`; `more` is e.g. `Condition={…}`."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources), **more}


def policy(statements: Sequence[Statement]) -> str:
    """The policy document with these statements, without those that name no resource."""
    kept = [statement for statement in statements if statement.get("Resource", True)]
    return json.dumps({"Version": "2012-10-17", "Statement": kept}, sort_keys=True)


def trust(service: str, **condition: Any) -> str:
    """The trust policy that lets one AWS service (e.g. "ecs-tasks.amazonaws.com") assume a role."""
    statement: Statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    return policy([statement])


def deny(actions: Sequence[str], resources: Sequence[str], **more: Any) -> Statement:
    """One statement that denies `actions` on `resources`; `more` is e.g. `Principal="*"`, `Condition={…}`."""
    return {**allow(actions, resources, **more), "Effect": "Deny"}
