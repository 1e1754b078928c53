"""`make test`: pytest with the project's closing line, `test: N passed, M failed`.

Arguments go to pytest (`python -m tests tests/infra -k spot`). Exit codes: 0; 1 where a test failed or none
ran.
"""

import sys

import pytest

from tests.support.report import Outcome


class _Count:
    """Counts a test once: it failed if any of its phases did."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)


def main() -> int:
    """Runs pytest with this process's arguments and prints the closing line last."""
    count = _Count()
    code = pytest.main(sys.argv[1:], plugins=[count])
    outcome = Outcome(len(count.passed - count.failed), len(count.failed))
    return outcome.close("test", could_run=code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED))


if __name__ == "__main__":
    sys.exit(main())
