"""`make bench`: this project's hosts against their peers, on this machine, in one run.

    python -m bench [COMPARISON …] [--quick] [--rounds N] [--seconds S]

Writes bench/results.json (or --output), and, where all was measured, docs/performance.md and its chart; a
shorter run leaves these to `python -m bench.report`. Exit codes: 0; 1 where a server does not start or
answers wrongly (the others' figures are written); 3 where a tool is missing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import report
from .comparisons import COMPARISONS
from .environments import MissingError
from .load import need_wrk
from .machine import describe
from .results import RESULTS, read, write
from .rounds import PartlyBrokenError, run

NAMES = [comparison.name for comparison in COMPARISONS]


def main() -> int:
    """Runs the chosen comparisons."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="COMPARISON", help=f"of {', '.join(NAMES)}; default: all")
    parser.add_argument("--quick", action="store_true", help="one round of 2 s each, the linear model alone")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no comparison is called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    chosen = options.names or (["linear"] if options.quick else NAMES)
    rounds, seconds = (1, 2.0) if options.quick else (options.rounds, options.seconds)
    missed = ""
    try:
        need_wrk()
        machine = describe()
        figures = run([each for each in COMPARISONS if each.name in chosen], rounds, seconds)
    except MissingError as error:
        print(f"bench: not run: {error}", file=sys.stderr)
        return 3
    except PartlyBrokenError as error:
        figures, missed = error.figures, str(error)
    except KeyboardInterrupt:
        print("\nbench: interrupted; nothing was written", file=sys.stderr)
        return 130
    write(options.output, machine, {"rounds": rounds, "seconds": seconds}, figures)
    print(f"\nfigures: {options.output}")
    if missed:
        print(f"bench: {missed}", file=sys.stderr)
    elif chosen == NAMES and options.output == RESULTS:
        report.write(read(RESULTS))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
