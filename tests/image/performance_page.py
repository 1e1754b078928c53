"""The generated part of docs/performance.md: what was measured of the image, beside what was aimed at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .figures import RUNS, Figures

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN = "<!-- image: written by `make image-report`, do not edit -->"
END = "<!-- image: end -->"
READY_SECONDS, INIT_SECONDS, SIZE = 1.5, 1.0, 1.25  # the goals
DEAREST, LARGEST = 10, 12  # how many imports and packages are told
MB = 1e6

Line = tuple[str, str, str, str]


class PageError(Exception):
    """A page without the two markers."""


def replaced(page: str, content: str) -> str:
    """The page with `content` between its markers. Raises PageError."""
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise PageError(f"{PAGE.name} must hold, once and in this order, the lines\n{BEGIN}\n{END}")
    before, after = page.partition(BEGIN)[0], page.partition(END)[2]
    return f"{before}{BEGIN}\n\n{content.strip()}\n\n{END}{after}"


def report(figures: Figures, machine: str) -> str:
    """The tables, with where they come from."""
    packages = sorted(figures.packages, key=lambda package: -package.kept)
    rest = packages[LARGEST:]
    weights = [(f"{one.name} {one.version}".strip(), one.kept / MB) for one in packages[:LARGEST]]
    weights.append((f"{len(rest)} more", sum(one.kept for one in rest) / MB))
    total = sum(cost.milliseconds for cost in figures.costs)
    return "\n".join(
        [
            f"`make image-report` on {machine}. Each time is the least of {RUNS}.",
            "",
            *_table(("What", "Measured", "Goal", ""), _lines(figures)),
            "",
            "What is in the image over its base, compiled files included:",
            "",
            *_table(("Package", "MB"), ((name, f"{size:.1f}") for name, size in weights)),
            "",
            f"The imports of a function's cold start, {total:.0f} ms under the profiler; the dearest:",
            "",
            *_table(
                ("Package", "Its own modules", "ms"),
                (
                    (cost.package, str(cost.modules), f"{cost.milliseconds:.0f}")
                    for cost in figures.costs[:DEAREST]
                ),
            ),
        ]
    )


def _lines(figures: Figures) -> Iterator[Line]:
    base, image = figures.base / MB, figures.image / MB
    imported = figures.wheels(figures.imported) / MB
    largest = SIZE * (base + imported)
    yield (
        "Image",
        f"{image:.0f} MB",
        f"at most {largest:.0f} MB: {SIZE} times base and the wheels serving imports ({imported:.0f} MB)",
        _met(image <= largest),
    )
    yield "Its base", f"{base:.0f} MB", "", ""
    least = figures.wheels(figures.imported_always) / MB
    yield "Wheels imported where every model has a prepared form", f"{least:.0f} MB", "", ""
    fargate, function = figures.fargate, figures.function
    yield (
        "Task: from the container's start to ready, full processor",
        f"{fargate.full:.2f} s",
        f"{READY_SECONDS} s",
        _met(fargate.full <= READY_SECONDS),
    )
    yield "The same with 0.25 vCPU", f"{fargate.limited:.2f} s", "", ""
    yield "Task: memory at rest", f"{fargate.memory:.0f} MiB", "", ""
    yield "Task: first prediction, second", f"{fargate.first:.1f} ms, {fargate.second:.1f} ms", "", ""
    yield (
        "Function: from the container's start to its first question, full processor",
        f"{function.full:.2f} s",
        f"{INIT_SECONDS} s",
        _met(function.full <= INIT_SECONDS),
    )
    yield "The same with 1024 MB's part of a processor", f"{function.limited:.2f} s", "", ""
    yield "Function: memory at rest", f"{function.memory:.0f} MiB", "", ""
    yield "Function: first prediction, second", f"{function.first:.1f} ms, {function.second:.1f} ms", "", ""


def _met(met: bool) -> str:
    return "met" if met else "missed"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
