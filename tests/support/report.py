"""The closing line of every checking command, and the exit code that goes with it."""

import re
from dataclasses import dataclass

CLOSING_LINE = re.compile(r"(?:[a-z-]+: )?(\d+) (?:passed|killed), (\d+) (?:failed|survived)")


@dataclass
class Outcome:
    """How many checks passed and how many did not."""

    passed: int = 0
    failed: int = 0

    def add(self, passed: bool) -> None:
        """Counts one more check."""
        self.passed += passed
        self.failed += not passed

    def close(
        self, target: str, words: tuple[str, str] = ("passed", "failed"), *, could_run: bool = True
    ) -> int:
        """Prints the closing line and returns the exit code: 1 where a check failed or none could run."""
        failed = self.failed + (not could_run and not self.failed)
        prefix = f"{target}: " if target else ""
        print(f"{prefix}{self.passed} {words[0]}, {failed} {words[1]}", flush=True)
        return 0 if self.passed and not failed else 1

    @staticmethod
    def read(output: str) -> "Outcome":
        """The counts in the last line of a command's output; without one, one check failed."""
        lines = output.strip().splitlines()
        found = CLOSING_LINE.fullmatch(lines[-1].strip()) if lines else None
        return Outcome(int(found[1]), int(found[2])) if found else Outcome(0, 1)
