"""python -m tests.page [--write] [words]: the page and /docs in a real headless Chromium.

`words` choose the checks whose names hold one of them; --write takes the pictures in docs/ again. Ends in
`page-test: N passed, M failed`. Exit codes: 0; 1 where a check failed; 3 where the browser is missing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.app.support.process import ROOT
from tests.support.report import Outcome

from . import behaviour, looks
from .browser import NoBrowserError, browser
from .pictures import take_pictures
from .service import Service, served
from .visit import LOOKS, USUAL, Look, Visit, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Check = Callable[[Visit], None]


def main() -> int:
    """The exit code."""
    options = _options()
    outcome = Outcome()
    try:
        with browser() as opened, tempfile.TemporaryDirectory() as folder, served(Path(folder)) as service:
            for look, check in _checks(options.words):
                outcome.add(_passes(opened, service, look, check))
            if not outcome.failed and not options.words:
                for path in take_pictures(opened, Path(folder), options.write):
                    print(f"wrote {path.relative_to(ROOT)}, {path.stat().st_size} bytes")
    except NoBrowserError as error:
        print(f"page-test: {error}", file=sys.stderr)
        return 3
    return outcome.close("page-test")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.page", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="take the pictures in docs/ again")
    parser.add_argument("words", nargs="*", help="run the checks whose names hold one of these")
    return parser.parse_args()


def _checks(words: list[str]) -> Iterator[tuple[Look, Check]]:
    every = [(look, check) for look in LOOKS for check in looks.CHECKS]
    every += [(USUAL, check) for check in behaviour.CHECKS]
    for look, check in every:
        if not words or any(word in f"{look} {_name(check)}" for word in words):
            yield look, check


def _passes(opened: Browser, service: Service, look: Look, check: Check) -> bool:
    """Runs one check and prints its line."""
    started = time.perf_counter()
    problem = ""
    try:
        with visit(opened, service, look) as visitor:
            check(visitor)
    except Exception as error:  # whatever a check raises is its failure, and the others go on
        problem = str(error) or type(error).__name__
    took = time.perf_counter() - started
    print(f"{'failed' if problem else 'passed'} {took:5.1f} s  {look!s:10}  {_name(check)}", flush=True)
    if problem:
        print("        " + problem.replace("\n", "\n        "))
    return not problem


def _name(check: Check) -> str:
    return getattr(check, "__name__", "").replace("_", " ")


if __name__ == "__main__":
    sys.exit(main())
