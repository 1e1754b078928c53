"""Wrong configurations: each is refused with one message that names every problem, and makes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.engine.cli import Stack
from tests.engine.events import Report
from tests.engine.session import Session


@dataclass(frozen=True)
class Wrong:
    """Settings beside those of the stack file `like`, and what the message has to say."""

    name: str
    settings: Mapping[str, Any]
    says: tuple[str, ...]
    like: str = "dev"


WRONG = [
    Wrong("no certificate, no plain HTTP", {}, ("certificateArn", "domainName", "allowPlainHttp"), "prod"),
    Wrong("certificate without a name", {"certificateArn": "arn:x"}, ("certificateArn needs domainName",)),
    Wrong("zone without a certificate", {"hostedZoneId": "Z1"}, ("hostedZoneId needs",)),
    Wrong("unknown key", {"maxTask": 3}, ("maxTask", "did you mean 'maxTasks'")),
    Wrong("unknown hosting", {"hosting": "kubernetes"}, ("hosting", "fargate, lambda, both", "kubernetes")),
    # The CLI itself says it, by the type that Pulumi.yaml declares.
    Wrong("not a number", {"cpu": "many"}, ("cpu", "integer")),
    Wrong("CPU that Fargate has not", {"cpu": 300}, ("cpu", "300")),
    Wrong("memory that the CPU has not", {"memory": 8192}, ("memory", "8192", "256")),
    Wrong("retention that Logs has not", {"logRetentionDays": 13}, ("logRetentionDays", "13")),
    Wrong("least above greatest", {"minTasks": 5}, ("minTasks 5", "maxTasks 2")),
    Wrong("no share at all", {"spotWeight": 0}, ("spotWeight",)),
    Wrong("half of a network", {"existingVpcId": "vpc-1"}, ("PublicSubnetIds", "PrivateSubnetIds")),
    Wrong("no mail address", {"alarmEmails": ["ops"]}, ("alarmEmails", "ops")),
    Wrong("user's name", {"users": ["a b"]}, ("users", "a b")),
    Wrong("no user", {"users": []}, ("users",)),
    Wrong("folder without a model", {"models": ["model_artifacts/nothing"]}, ("model_artifacts/nothing",)),
    Wrong("default model that is not served", {"defaultModel": "churn"}, ("defaultModel", "churn")),
    Wrong("no region", {"aws:region": None}, ("aws:region",)),
    Wrong(
        "five at once",
        {"hosting": "ecs", "zones": 9, "tokenSeconds": 1, "logLevel": "loud", "natGateway": "Single"},
        ("hosting", "zones", "tokenSeconds", "logLevel", "natGateway", "5 problems"),
    ),
]  # fmt: skip


def run(session: Session) -> None:
    """Every wrong configuration on a stack of its own, as `pulumi up` of a person would run it."""
    for number, wrong in enumerate(WRONG):
        stack = session.stack(f"wrong{number}", like=wrong.like)
        stack.set(wrong.settings)
        report = stack.up()
        session.table.add("wrong", wrong.name, report, judge(report, wrong.says) + _made(stack))
        stack.remove()


def judge(report: Report, says: tuple[str, ...]) -> list[str]:
    """The command failed with one message, which says all of `says`."""
    complaints = [] if report.code > 0 else [f"exit {report.code}: it was not refused"]
    # The CLI itself adds that the program ended with an error.
    messages = [error for error in report.errors if "program exited with non-zero exit code" not in error]
    if len(messages) != 1:
        complaints.append(f"{len(messages)} messages: {' | '.join(messages)}")
    said = "\n".join(messages)
    complaints += [f"the message does not say {word!r}: {said}" for word in says if word not in said]
    if "Traceback" in said:
        complaints.append("the message is a traceback")
    return complaints


def _made(stack: Stack) -> list[str]:
    made = [r["urn"] for r in stack.state() if not r["type"].startswith("pulumi:")]
    return [f"made: {urn}" for urn in made]
