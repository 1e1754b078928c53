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
    """Over the rounds of one server: the median of each figure, and the spread of the rates as a share."""

    per_second: float
    p99: float
    spread: float
    refused: int
    lost: int


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
        rates = [figure["per_second"] for figure in found]
        middle = statistics.median(rates)
        return Median(
            middle,
            statistics.median(figure["p99"] for figure in found),
            (max(rates) - min(rates)) / middle if middle else 0.0,
            sum(figure["refused"] for figure in found),
            sum(figure["lost"] for figure in found),
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
