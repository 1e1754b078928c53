"""The table of a run: a row a step, its verdict, and the same as JSON."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.engine.events import Report
from tests.support.report import Outcome

OPERATIONS = ("create", "update", "replace", "delete")
# Complaints of one step on the screen.
SHOWN = 12
HEADINGS = ("created", "updated", "replaced", "deleted")


@dataclass
class Row:
    """One step of one stack; without complaints it passed."""

    stack: str
    step: str
    seconds: float
    changes: dict[str, int]
    complaints: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)


class Table:
    """Prints each row as it comes and remembers it."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.notices: set[str] = set()
        self.figures: dict[str, Any] = {}
        figures = "".join(f"{heading:>9}" for heading in HEADINGS)
        print(f"{'stack':24} {'step':36} {'seconds':>8}{figures}  verdict", flush=True)

    def add(
        self,
        stack: str,
        step: str,
        report: Report | None,
        complaints: Sequence[str],
        *,
        seconds: float = 0.0,
        **figures: Any,
    ) -> bool:
        """Adds a row; returns whether it passed. Problems are printed below it."""
        counts = {op: report.count(op) if report else 0 for op in OPERATIONS}
        seconds = round(report.seconds if report else seconds, 1)
        row = Row(stack, step, seconds, counts, list(complaints), figures)
        self.rows.append(row)
        if report:
            self.notices.update(report.notices)
        cells = "".join(f"{counts[op] if report else '':>9}" for op in OPERATIONS)
        print(f"{stack:24} {step:36} {seconds:8.1f}{cells}  {'FAILED' if complaints else 'ok'}", flush=True)
        for complaint in complaints[:SHOWN]:
            print("    " + complaint.strip().replace("\n", "\n    "), flush=True)
        if len(complaints) > SHOWN:
            print(f"    and {len(complaints) - SHOWN} more, in the JSON", flush=True)
        return not complaints

    def close(self, json_file: Path | None) -> int:
        """Writes the JSON, prints what plugins said about themselves and the closing line; the exit code."""
        if self.notices:
            print("said by plugins about themselves:")
            for notice in sorted(self.notices):
                print(f"    {notice}")
        if json_file:
            whole = {**self.figures, "notices": sorted(self.notices), "steps": [asdict(r) for r in self.rows]}
            json_file.parent.mkdir(parents=True, exist_ok=True)
            json_file.write_text(json.dumps(whole, indent=2) + "\n")
            print(f"figures: {json_file}")
        sys.stdout.flush()
        failed = sum(bool(row.complaints) for row in self.rows)
        return Outcome(len(self.rows) - failed, failed).close("engine")
