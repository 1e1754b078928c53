"""The figures of a run as a file, and their medians."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Median:
    """Over the rounds of one server: the median of each figure (p99 in ms, the processor's time for a request
    in µs), the sums of what went wrong and of rows answered as by scikit-learn, and the spread of the rates
    as a share, of the starts where there is no rate."""

    per_second: float
    p99: float
    cpu_micros: float
    ready_seconds: float
    memory_mib: float
    spread: float
    refused: int
    lost: int
    equal: int


@dataclass(frozen=True)
class Results:
    """One run."""

    machine: Mapping[str, Any]
    options: Mapping[str, Any]
    figures: list[dict[str, Any]]

    def median(self, comparison: str, server: str, connections: int) -> Median | None:
        """The medians of one server, None where it was not measured."""
        found = [
            figure
            for figure in self.figures
            if (figure["comparison"], figure["server"], figure["connections"])
            == (comparison, server, connections)
        ]
        if not found:
            return None

        def median(key: str) -> float:
            return float(statistics.median(figure[key] for figure in found))

        spread_of = "per_second" if connections else "ready_seconds"
        values = [figure[spread_of] for figure in found]
        return Median(
            per_second=median("per_second"),
            p99=median("p99"),
            cpu_micros=median("cpu_micros"),
            ready_seconds=median("ready_seconds"),
            memory_mib=median("memory_mib"),
            spread=(max(values) - min(values)) / (median(spread_of) or 1.0),
            refused=sum(figure["refused"] for figure in found),
            lost=sum(figure["lost"] for figure in found),
            equal=sum(figure.get("equal", 0) for figure in found),
        )

    def servers(self, comparison: str) -> list[str]:
        """The servers of a comparison, in the order of their first run."""
        return list(dict.fromkeys(f["server"] for f in self.figures if f["comparison"] == comparison))


def write(
    file: Path, machine: Mapping[str, Any], options: Mapping[str, Any], figures: list[dict[str, Any]]
) -> None:
    """Writes one run."""
    document = {"machine": machine, "options": options, "figures": figures}
    file.write_text(json.dumps(document, indent=1) + "\n")


def read(file: Path = RESULTS) -> Results:
    """Reads one run."""
    document = json.loads(file.read_text())
    return Results(document["machine"], document["options"], document["figures"])
