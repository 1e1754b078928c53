"""`make bench-verdict`: every goal beside what the last run measured.

    python -m bench.verdict [RESULTS]

Ends in `verdict: N met, M missed`; exit code 1 while one is missed, 3 without a run.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from .goals import GOALS, Judged
from .results import RESULTS, Results, read


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.verdict",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("results", nargs="?", type=Path, default=RESULTS, metavar="RESULTS")
    file = parser.parse_args().results
    if not file.is_file():
        print(f"verdict: {file} is not there; `make bench` writes it")
        return 3
    results = read(file)
    for row in table(results):
        print(row)
    return 0 if all(goal.judge(results).met for goal in GOALS) else 1


def table(results: Results) -> Iterator[str]:
    """The goals as lines of text, the closing line last."""
    judged = [goal.judge(results) for goal in GOALS]
    yield f"{'goal':<52} {'host':<22} {'wanted':<26} {'measured':<28} {'spread':>6}  verdict"
    for each in judged:
        yield line(each)
    met = sum(each.met for each in judged)
    yield f"verdict: {met} met, {len(judged) - met} missed"


def line(judged: Judged) -> str:
    """One row of the table."""
    host = judged.host.removeprefix("spot-inference, ")
    return (
        f"{judged.goal:<52} {host:<22} {judged.wanted:<26} {judged.measured:<28} {judged.spread:>6.0%}  "
        f"{'met' if judged.met else 'MISSED'}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
