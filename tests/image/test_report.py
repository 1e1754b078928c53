"""The image's part of docs/performance.md: its markers, its rows, and nothing that was measured."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.image.figures import Figures, Starts
from tests.image.imports import Cost, costs_of
from tests.image.packages import Package
from tests.image.performance_page import BEGIN, END, PAGE, PageError, replaced, report

STARTS = Starts(full=0.5, limited=2.0, memory=48.0, first=3.0, second=1.0)
FIGURES = Figures(
    image=140_000_000,
    base=100_000_000,
    packages=[
        Package("numpy", "2.0", 20_000_000, 15_000_000, ("numpy",)),
        Package("granian", "2.8", 90_000_000, 20_000_000, ("granian",)),
    ],
    imported={"numpy", "json"},
    imported_always=set(),
    fargate=STARTS,
    function=STARTS,
    costs=[Cost("numpy", 90.0, 88), Cost("json", 2.0, 4)],
)


def rows(text: str) -> dict[str, list[str]]:
    """The cells of each table's row, by the first one."""
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


def test_the_page_has_the_markers_and_every_row() -> None:
    page = PAGE.read_text("utf-8")
    assert page.count(BEGIN) == page.count(END) == 1
    written = page.partition(BEGIN)[2].partition(END)[0]
    assert "`make image-report` on " in written
    found = rows(written)
    assert (
        not {"numpy", *rows(report(FIGURES, ""))}
        - {"numpy 2.0", "granian 2.8", "json", "0 more"}
        - set(found)
    )
    for name, cells in found.items():
        if name.startswith(("Image", "Its base", "Task", "Function")):
            assert re.match(r"[0-9.]+ (MB|MiB|ms|s)\b", cells[0]), name


def test_goals_stand_beside_the_figures_with_whether_they_are_met() -> None:
    found = rows(report(FIGURES, "a machine"))
    assert found["Image"] == [
        "140 MB",
        "at most 150 MB: 1.25 times base and the wheels serving imports (20 MB)",
        "met",
    ]
    assert found["Task: from the container's start to ready, full processor"] == ["0.50 s", "1.5 s", "met"]
    assert found["Function: from the container's start to its first question, full processor"][-1] == "met"
    assert found["numpy"] == ["88", "90"]
    slow = replace(STARTS, full=1.51)
    found = rows(report(replace(FIGURES, image=151_000_000, fargate=slow, function=slow), "a machine"))
    assert found["Image"][-1] == "missed"
    assert found["Task: from the container's start to ready, full processor"][-1] == "missed"
    assert found["Function: from the container's start to its first question, full processor"][-1] == "missed"


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    page = f"before\n{BEGIN}\n\nold\n\n{END}\nafter\n"
    assert replaced(page, "new\n") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    for broken in ("no markers", f"{BEGIN} twice {BEGIN} {END}", f"{END} {BEGIN}"):
        with pytest.raises(PageError, match="once and in this order"):
            replaced(broken, "new")


def test_import_times_are_summed_by_package() -> None:
    written = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:      1000 |       1000 |   numpy._core\n"
        "import time:      2500 |       3500 | numpy\n"
        "import time:       500 |        500 | json\n"
        '{"message": "ready (worker 0)"}\n'
    )
    assert costs_of(written) == [Cost("numpy", 3.5, 2), Cost("json", 0.5, 1)]
