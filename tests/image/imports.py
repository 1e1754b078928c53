"""Reads what `python -X importtime` wrote: the time of each module, and of each package."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)")


@dataclass(frozen=True)
class Cost:
    """One package: milliseconds of its own modules, and how many they are."""

    package: str
    milliseconds: float
    modules: int


def costs_of(written: str) -> list[Cost]:
    """The packages by their own time, the dearest first; what a package imports counts for the other one."""
    own: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for microseconds, _, module in _LINE.findall(written):
        package = module.partition(".")[0]
        own[package] += int(microseconds)
        modules[package] += 1
    return [Cost(package, spent / 1000, modules[package]) for package, spent in own.most_common()]
