"""Writes the benchmark's part of docs/performance.md, and its chart, from the figures of the last run.

    python -m bench.report [--check]

--check writes nothing and fails where the page says anything else than the figures.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from .chart import draw
from .comparisons import COMPARISONS, Comparison
from .environments import ROOT
from .results import Results, read
from .verdict import table

PAGE = ROOT / "docs/performance.md"
CHART = ROOT / "docs/performance.svg"
BEGIN, END = "<!-- made by python -m bench.report -->", "<!-- end of python -m bench.report -->"


def main() -> int:
    """Writes, or compares."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.report",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        write(read())
        return 0
    wanted = _files(read())
    stale = [file.name for file, text in wanted.items() if not file.is_file() or file.read_text() != text]
    print(f"stale: {', '.join(stale)}; python -m bench.report writes" if stale else "report: as measured")
    return int(bool(stale))


def write(results: Results) -> None:
    """Writes the page's part and the chart."""
    for file, text in _files(results).items():
        file.write_text(text)
        print(f"written: {file.relative_to(ROOT)}")


def _files(results: Results) -> dict[Path, str]:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    generated = "".join(f"{line}\n" for line in lines(results))
    return {PAGE: f"{before}{BEGIN}\n{generated}{END}{after}", CHART: draw(results)}


def lines(results: Results) -> Iterator[str]:
    """The generated part, in Markdown."""
    machine, options = results.machine, results.options
    ours, peers = (
        ", ".join(f"{name} {version}" for name, version in machine[key].items()) for key in ("ours", "peers")
    )
    yield f"{machine['processor']}, {machine['cores']} cores shared with wrk, {machine['memory_gib']} GiB,"
    yield f"Linux {machine['kernel']}, Python {machine['python']}; {ours}. Commit {machine['commit']}."
    yield f"Peers: {peers}."
    yield f"Medians of {options['rounds']} interleaved rounds of {options['seconds']:g} s; the spread is"
    yield "the largest less the smallest rate, as a share of the median."
    yield ""
    yield "![Requests a second, one row of 37 numbers](performance.svg)"
    for comparison in COMPARISONS:
        if results.servers(comparison.name):
            yield ""
            yield from _section(results, comparison)
    yield ""
    yield "### Goals"
    yield ""
    yield "```"
    yield from table(results)
    yield "```"


def _section(results: Results, comparison: Comparison) -> Iterator[str]:
    yield f"### {comparison.title}"
    yield ""
    if not comparison.connections:
        yield "| Server | Seconds | Memory |"
        yield "| --- | --- | --- |"
        for server in results.servers(comparison.name):
            if found := results.median(comparison.name, server, 0):
                spread, memory = f"± {found.spread:.0%}", f"{found.memory_mib:.0f} MiB"
                yield f"| {server} | {found.ready_seconds:.2f} ({spread}) | {memory} |"
        return
    yield (
        "| Server | "
        + " | ".join(f"{c} connections: requests/s, p99, CPU a request" for c in comparison.connections)
        + " |"
    )
    yield "| --- " * (1 + len(comparison.connections)) + "|"
    for server in results.servers(comparison.name):
        cells = []
        for connections in comparison.connections:
            found = results.median(comparison.name, server, connections)
            if found is None:
                cells.append("not measured")
                continue
            lost = f"; {found.lost + found.refused} lost" if found.lost + found.refused else ""
            rate = f"{found.per_second:,.0f} (± {found.spread:.0%})"
            cells.append(f"{rate}, {found.p99:.1f} ms, {found.cpu_micros:,.0f} µs{lost}")
        yield f"| {server} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    raise SystemExit(main())
