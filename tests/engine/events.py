"""What one CLI command said: its JSON events as operations on resources, warnings and errors.

`pulumi up --json` writes one engine event a line (pulumi/sdk/go/common/apitype/events.go).
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Steps that change nothing, or that are half of a replacement, which `replace` counts once.
SILENT = frozenset(
    {"same", "read", "refresh", "read-discard", "discard", "create-replacement", "delete-replaced"}
)
# The stack itself is in the list of resources, too.
STACK = "pulumi:pulumi:Stack"
# What a plugin or the CLI says about itself; everything else comes from the program or one of its resources.
NOTICES = (
    "using pulumi-resource-",
    "resource plugin ",
    "older version of package",
    "stand-in",
    "exists from provider v6 on",
    "made up from the context hash",
    # The builder looks an image up by TLS alone, and a registry of this machine has none.
    "server gave http response to https client",
)

# After a failed resource the CLI stops the plugins and the program, and both say so.
AFTERMATH = ("exited prematurely", "client connection is closing", "resource monitor shut down")

# (type token, operation) → how many resources
Changes = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Operation:
    """One resource that was, or would be, created, updated, replaced or deleted; `keys` are what differed."""

    op: str
    type: str
    urn: str
    keys: tuple[str, ...] = ()


@dataclass
class Report:
    """One command: how it ended, how long it took and what it said."""

    code: int = 0
    seconds: float = 0.0
    operations: list[Operation] = field(default_factory=list)
    failed: list[Operation] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    finished: bool = False
    output: str = ""

    def changes(self) -> Changes:
        """The operations counted by type."""
        return Counter((operation.type, operation.op) for operation in self.operations)

    def count(self, op: str) -> int:
        """How many resources were created, updated, replaced or deleted."""
        return sum(operation.op == op for operation in self.operations)


def read(output: str) -> Report:
    """The report of a command's standard output; lines that are no JSON are ignored."""
    report = Report(output=output)
    seen: dict[tuple[str, str], Operation] = {}
    for event in _events(output):
        for name in ("resourcePreEvent", "resOutputsEvent"):
            if name in event:
                operation = _operation(event[name]["metadata"])
                key = (operation.urn, operation.op)
                counts = operation.op not in SILENT and operation.type != STACK
                # The second event of a step has the diff where the first had none (refresh).
                if counts and (operation.keys or key not in seen):
                    seen[key] = operation
        if "resOpFailedEvent" in event:
            report.failed.append(_operation(event["resOpFailedEvent"]["metadata"]))
        if "diagnosticEvent" in event:
            _diagnostic(event["diagnosticEvent"], report)
        report.finished |= "summaryEvent" in event
    lost = {(operation.urn, operation.op) for operation in report.failed}
    report.operations = [operation for key, operation in seen.items() if key not in lost]
    return report


def _events(output: str) -> Iterator[dict[str, Any]]:
    for line in output.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def _operation(metadata: dict[str, Any]) -> Operation:
    detailed = metadata.get("detailedDiff") or {}
    keys = tuple(sorted(detailed)) or tuple(sorted(metadata.get("diffs") or ()))
    return Operation(metadata["op"], metadata["type"], metadata["urn"], keys)


def _diagnostic(event: dict[str, Any], report: Report) -> None:
    message = str(event.get("message", "")).strip()
    urn = event.get("urn", "")
    where = f"{short(urn)}: " if urn else ""
    if any(mark in message for mark in AFTERMATH):
        return
    if event.get("severity") == "error":
        report.errors.append(where + message)
    elif event.get("severity") == "warning":
        notice = any(mark in message.lower() for mark in NOTICES)
        (report.notices if notice else report.warnings).append(where + message)


def short(urn: str) -> str:
    """`aws:s3/bucket:Bucket models` of a URN, for people to read."""
    parts = urn.split("::")
    return f"{parts[-2].split('$')[-1]} {parts[-1]}" if len(parts) >= 4 else urn
