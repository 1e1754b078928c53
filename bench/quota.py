"""A share of the processors for one server: a control group of Linux, version 1 or 2."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from .environments import MissingError

ROOT = Path("/sys/fs/cgroup")
PERIOD = 100_000  # µs; what Docker, and so ECS, takes


@contextlib.contextmanager
def limited(cores: float) -> Iterator[Path]:
    """A group that gets `cores` processors in all; whoever writes its number into the file that this gives is
    in it. Raises MissingError where no group can be made."""
    is_first_version = (ROOT / "cpu").is_dir()
    group = (ROOT / "cpu" if is_first_version else ROOT) / f"spot-inference-bench-{os.getpid()}"
    quota = int(cores * PERIOD)
    try:
        group.mkdir()
        if is_first_version:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {PERIOD}")
    except OSError as error:
        raise MissingError(f"{group} cannot be made ({error.strerror}): control groups need root") from error
    try:
        yield group / "cgroup.procs"
    finally:
        _remove(group)


def _remove(group: Path) -> None:
    for _ in range(100):  # the last process leaves a moment after its end
        with contextlib.suppress(OSError):
            group.rmdir()
            return
        time.sleep(0.05)
