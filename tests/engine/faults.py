"""An update that fails half-way, and what the next one makes of it."""

from dataclasses import dataclass

from tests.engine import destroy, expect
from tests.engine.cli import Stack
from tests.engine.events import Report
from tests.engine.inventory import inventory
from tests.engine.proxy import Fault
from tests.engine.session import Session

DENIED = "User: test is not authorized to perform this action"


@dataclass(frozen=True)
class HalfWay:
    """A stack's update with a call that fails; `names` is what the error has to name."""

    name: str
    hosting: str
    fault: Fault
    names: str


HALF_WAY = [
    HalfWay(
        "the function cannot be made",
        "lambda",
        Fault("lambda", "POST /2015-03-31/functions", 403, message=DENIED),
        "aws:lambda/function:Function lambda-function",
    ),
    HalfWay(
        "the service cannot be made",
        "both",
        Fault("ecs", "CreateService", message=DENIED),
        "aws:ecs/service:Service fargate-service",
    ),
]


def run(session: Session) -> None:
    """Each fault on a stack of its own: the error, the second update, nothing orphaned or made twice."""
    for case in HALF_WAY:
        before = inventory(session.cloud.url)
        stack = session.stack(f"half-{case.fault.service}", like="dev")
        stack.set({"hosting": case.hosting})
        session.proxy.fault = case.fault
        failed = stack.up()
        session.proxy.fault = None
        session.table.add(stack.name, case.name, failed, judge(case, failed))
        second = stack.up()
        session.table.add(stack.name, "the second update finishes", second, expect.worked(second))
        quiet = stack.up()
        session.table.add(stack.name, "the third has nothing to do", quiet, expect.no_changes(quiet))
        complaints = orphans(stack, sorted(inventory(session.cloud.url) - before))
        session.table.add(stack.name, "nothing orphaned or made twice", None, complaints)
        destroy.unprotected(session, stack, before)


def judge(case: HalfWay, failed: Report) -> list[str]:
    """The update failed, and its error names the resource and the cause."""
    complaints = [] if failed.code > 0 else ["the update did not fail"]
    if not any(case.names in error and DENIED in error for error in failed.errors):
        complaints.append(f"no error names {case.names!r} and {DENIED!r}: {failed.errors}")
    return complaints if case.fault.hits else [*complaints, "the call that was to fail was never made"]


def orphans(stack: Stack, made: list[str]) -> list[str]:
    """What came to the account and is not in the state."""
    state = stack.pulumi.do("stack", "export", "--stack", stack.name, "--show-secrets")
    return [f"not in the state: {item}" for item in made if item.split(" ")[-1] not in state]
