"""`make mutants`: each breakage of breakages.py, alone, in a copy of the project; its tests must fail.

Prints a line each and then `mutants: N killed, M survived`. Exit codes: 0, 1 where one survived or could not be
applied. Arguments are names of breakages; without any, all are tried.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.breakages import BREAKAGES, Breakage
from tests.support.report import Outcome

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
        for breakage, verdict in zip(chosen, pool.map(_try, chosen), strict=True):
            print(f"{breakage.name:40} {verdict}", flush=True)
            outcome.add(verdict == "killed")
    return outcome.close("mutants", ("killed", "survived"))


def _try(breakage: Breakage) -> str:
    """"killed" if its tests pass before the breakage and fail with it; else what happened instead."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "project")
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        file = copy / breakage.file
        text = file.read_text()
        if text.count(breakage.old) != 1:
            return f"not applied: its line stands {text.count(breakage.old)} times in {breakage.file}"
        if _tests(copy, breakage) != 0:
            return "not judged: its tests fail without it"
        file.write_text(text.replace(breakage.old, breakage.new))
        return {0: "SURVIVED", 1: "killed"}.get(code := _tests(copy, breakage), f"not judged: pytest says {code}")


def _tests(copy: Path, breakage: Breakage) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *breakage.tests]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=copy, env=env, capture_output=True, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
