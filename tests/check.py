"""`make check`: lint, format, types, the rules between packages and the tests; one that fails stops no other.

Exit codes: 0, 1 where a check failed, 3 where a tool is missing.
"""

import subprocess
import sys
from pathlib import Path

from tests.support.report import Outcome

CHECKS = {
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
}


def main() -> int:
    """Runs every check and prints one line each; what a failed one said stands above its line."""
    here = Path(sys.executable).parent
    missing = sorted({tool for tool, *_ in CHECKS.values() if not (here / tool).exists()})
    if missing:
        print(f"check: {', '.join(missing)} not installed; `make check` installs requirements/dev.txt first")
        return 3
    outcome = Outcome()
    for name, (tool, *options) in CHECKS.items():
        done = subprocess.run([here / tool, *options], capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout + done.stderr)
        print(f"{name:8} {'failed' if done.returncode else 'passed'}", flush=True)
        outcome.add(done.returncode == 0)
    tests = _echoed([sys.executable, "-m", "tests"])
    return Outcome(outcome.passed + tests.passed, outcome.failed + tests.failed).close("check")


def _echoed(command: list[str]) -> Outcome:
    """Runs a checking command, showing its output as it comes, and reads its closing line."""
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return Outcome.read("".join(lines))


if __name__ == "__main__":
    sys.exit(main())
