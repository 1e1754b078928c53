"""Child processes that leave nothing behind: each gets a session, and ending it ends the whole session.

Pulumi puts every plugin into a process group of its own, so that a signal to the CLI's group misses them;
the session is what they share.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

GRACE_SECONDS = 10.0
PROGRAM = "pulumi-language-python-exec"


_running: "set[Child]" = set()
_stopping = threading.Event()


class StoppedError(Exception):
    """A command that is not started any more, because the run is being stopped."""


@contextlib.contextmanager
def stopped() -> Iterator[None]:
    """Ends every running command, of all threads, but servers; lets none start until the block is left."""
    _stopping.set()
    try:
        for child in list(_running):
            child.end()
        yield
    finally:
        _stopping.clear()


def start(
    command: list[str], *, cwd: Path, env: Mapping[str, str], out: IO[str], err: IO[str], server: bool = False
) -> "Child":
    """Starts `command` in a session of its own, its output going to two files."""
    if _stopping.is_set():
        raise StoppedError(command[0])
    child = Child(
        subprocess.Popen(command, cwd=cwd, env=env, start_new_session=True, text=True, stdout=out, stderr=err)
    )
    if not server:
        _running.add(child)
    return child


@dataclass
class Usage:
    """The program's own processor seconds and greatest memory in MiB, where /proc tells them."""

    seconds: float = 0.0
    memory: float = 0.0


class Child:
    """A running command and everything that it started."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def wait(self, seconds: float, *, usage: Usage | None = None) -> int:
        """Its exit code, or -1 where it took longer than `seconds`; it is gone afterwards."""
        deadline = time.monotonic() + seconds
        try:
            while self.process.poll() is None:
                if time.monotonic() > deadline:
                    return -1
                if usage:
                    _measure(self.process.pid, usage)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(0.25)
            if _stopping.is_set():
                raise StoppedError(str(self.process.args))
            return self.process.returncode
        finally:
            self.end()

    def members(self) -> list[int]:
        """The processes of the session that still live."""
        listing = subprocess.run(
            ["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True
        ).stdout
        return [pid for pid in map(int, listing.split()) if _session(pid) == self.process.pid]

    def end(self) -> None:
        """Asks the command to stop, then ends whatever is left of its session."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE_SECONDS)
        for last in (signal.SIGTERM, signal.SIGKILL):
            left = self.members()
            for pid in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, last)
            deadline = time.monotonic() + 2
            while left and self.members() and time.monotonic() < deadline:
                self.process.poll()
                time.sleep(0.05)
        self.process.wait()
        _running.discard(self)


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return -1


def _measure(session: int, usage: Usage) -> None:
    """Looks at the program of the session; without /proc the figures stay 0."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # In the order of their cost; most processes are somebody else's.
            if _session(int(folder.name)) != session or PROGRAM not in (folder / "cmdline").read_text():
                continue
            ticks = (folder / "stat").read_text().rpartition(")")[2].split()
            status = (folder / "status").read_text()
        except OSError:
            continue
        usage.seconds = max(usage.seconds, (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK"))
        peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
        usage.memory = max(usage.memory, int(peak.split()[1]) / 1024)
