"""From an earlier release: its committed state against today's program, with nothing lasting replaced.

`python -m tests.engine.upgrade 0.1.0` writes tests/engine/states/0.1.0.json at a release: the state of a
stack like prod, its secrets encrypted with the run's own passphrase and of a stack that is gone.
"""

import json
import sys
from pathlib import Path

from tests.engine import changes, destroy, expect
from tests.engine.cli import Stack
from tests.engine.events import Report, short
from tests.engine.inventory import inventory
from tests.engine.session import Session, open_session

STATES = Path(__file__).parent / "states"
NAME = "release"
# Where in a file, and on whose machine, a resource was written: nothing that an update reads.
DROPPED = ("sourcePosition", "stackTrace", "created", "modified")


def run(session: Session) -> None:
    """Every committed state: what today's program would do to it."""
    files = sorted(STATES.glob("*.json"))
    session.table.add("upgrade", "states are committed", None, [] if files else [f"none in {STATES}"])
    for file in files:
        saved = json.loads(file.read_text())
        stack = session.stack(NAME, like="prod")
        stack.set(saved["settings"])
        stack.restore(saved["state"])
        preview = stack.preview()
        session.table.add("upgrade", f"update from {file.stem}", preview, judge(preview))
        stack.remove()


def judge(report: Report) -> list[str]:
    """Nothing that carries data or an address is replaced or deleted, and no component is another one."""
    return expect.worked(report) + [
        f"{o.op} of {short(o.urn)}"
        for o in report.operations
        if o.op in ("replace", "delete")
        and (o.type in changes.LASTING or o.type.startswith("spot-inference:"))
    ]


def write(version: str, plugins: str) -> Path:
    """Brings a stack up, keeps its state, destroys it."""
    with open_session(plugins, None) as session:
        before = inventory(session.cloud.url)
        stack = session.stack(NAME, like="prod")
        settings = {
            "certificateArn": changes.issue_certificate(session.cloud.url),
            "domainName": changes.DOMAIN,
        }
        stack.set(settings)
        up = stack.up()
        if up.code:
            raise SystemExit("\n".join(up.errors))
        state = json.loads(stack.pulumi.do("stack", "export", "--stack", NAME))
        for resource in state["deployment"]["resources"]:
            for key in DROPPED:
                resource.pop(key, None)
        STATES.mkdir(exist_ok=True)
        file = STATES / f"{version}.json"
        file.write_text(json.dumps({"settings": settings, "state": state}, indent=1) + "\n")
        _clear(session, stack, before)
        return file


def _clear(session: Session, stack: Stack, before: set[str]) -> None:
    if not session.cloud.own:
        destroy.protected(session, stack, before)


if __name__ == "__main__":
    print(write(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))
