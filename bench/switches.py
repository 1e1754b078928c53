"""What each switch gives: processor time for a request, and requests a second, with it and without.

    python -m bench.switches [--rounds 3] [--seconds 3] [--host waitress] [--only METRICS]

The same request as everywhere (37 numbers, a token, class and probability back) at 64 connections. Processor
time is that of the host's processes, so other programs count less than they do in requests a second.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from . import workloads
from .comparisons import COMPARISONS, rows_of
from .load import need_wrk, wrk
from .rounds import WARM_SECONDS, prepare
from .server import running

CONNECTIONS = 64
IN_THREADS = {"IN_PLACE": "0"}
SWITCHES: tuple[dict[str, str], ...] = (
    {},
    {"PREPARED": "0"},
    {"TOKEN_CACHE": "0"},
    {"PINNING": "0"},
    {"SCHED_BATCH": "0"},
    {"METRICS": "0"},
    IN_THREADS,
    {**IN_THREADS, "FAST_PATH": "0"},
)


def main() -> int:
    """Prints one line for each set of switches."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--host", choices=("waitress", "granian"), default="waitress")
    parser.add_argument("--only", metavar="SWITCH", help="everything on, and what switches this one off")
    options = parser.parse_args()
    chosen = [each for each in SWITCHES if not each or options.only is None or options.only in each]
    if len(chosen) < 2:
        parser.error(f"no switch is called {options.only}")
    need_wrk()
    comparison = next(comparison for comparison in COMPARISONS if comparison.model == "linear")
    found: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = prepare(comparison, Path(folder))
        for _ in range(options.rounds):
            for switches in chosen:
                server = bench.ours(options.host, switches)
                ask = comparison.ask(server.name, rows_of(comparison))
                headers = {**workloads.token(bench.key), "Content-Type": ask.content_type}
                with running(server, ask, headers, Path(folder, "log")) as live:
                    url = f"http://127.0.0.1:{live.port}{ask.path}"
                    wrk(url, headers, ask.body, CONNECTIONS, WARM_SECONDS)
                    before = live.cpu_seconds
                    load = wrk(url, headers, ask.body, CONNECTIONS, options.seconds)
                    micros = (live.cpu_seconds - before) / (load.per_second * options.seconds) * 1e6
                found.setdefault(server.name, []).append((micros, load.per_second))
    print(f"{'medians (least to most)':<54}{'µs of CPU':>18}{'requests/s':>28}")
    for name, figures in found.items():
        micros, rates = (sorted(column) for column in zip(*figures, strict=True))
        spent = f"{statistics.median(micros):.0f} ({micros[0]:.0f} to {micros[-1]:.0f})"
        served = f"{statistics.median(rates):,.0f} ({rates[0]:,.0f} to {rates[-1]:,.0f})"
        print(f"{name:<54}{spent:>18}{served:>28}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
