"""`make mutants`: each breakage of breakages.py, alone, in a copy of the project; its tests must fail.

Prints a line each and then `mutants: N killed, M survived`. Exit codes: 0, 1 where one survived or could not
be judged. Arguments are names of breakages; without any, all are tried.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.mutants.breakages import BREAKAGES, Breakage
from tests.support.report import Outcome

Tests = tuple[str, ...]

KILLED = "killed"
ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "__pycache__", ".*_cache", "build", "dist", "*.egg-info")


def main() -> int:
    """Tries the breakages on all cores and prints what became of each."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="breakages to try, all by default")
    names = parser.parse_args().names
    unknown = set(names) - {breakage.name for breakage in BREAKAGES}
    if unknown:
        parser.error(f"no breakage is called {', '.join(sorted(unknown))}")
    chosen = [breakage for breakage in BREAKAGES if not names or breakage.name in names]
    outcome = Outcome()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        suites = sorted({breakage.tests for breakage in chosen})
        green = dict(zip(suites, pool.map(_pass_unbroken, suites), strict=True))
        for breakage, verdict in zip(chosen, pool.map(_verdict, chosen, [green] * len(chosen)), strict=True):
            print(f"{breakage.name:50} {verdict}", flush=True)
            outcome.add(verdict == KILLED)
    return outcome.close("mutants", ("killed", "survived"))


def _pass_unbroken(tests: Tests) -> bool:
    with _copy() as project:
        return _run(project, tests) == 0


def _verdict(breakage: Breakage, green: Mapping[Tests, bool]) -> str:
    """Whether the tests see the breakage; a suite that fails without it says nothing, as does an old line."""
    if not green[breakage.tests]:
        return "not judged: its tests fail without it"
    with _copy() as project:
        file = project / breakage.file
        text = file.read_text()
        if text.count(breakage.old) != 1:
            return f"not judged: its line stands {text.count(breakage.old)} times in {breakage.file}"
        file.write_text(text.replace(breakage.old, breakage.new))
        code = _run(project, breakage.tests)
        return {0: "SURVIVED", 1: KILLED}.get(code, f"not judged: pytest ended with {code}")


@contextmanager
def _copy() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copytree(ROOT, Path(folder, "project"), ignore=LEFT_OUT))


def _run(project: Path, tests: Tests) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=project, capture_output=True, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
