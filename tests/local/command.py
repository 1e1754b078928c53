"""`python -m local_cloud` as a subprocess: started, read line by line, stopped, and its processes watched."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


def free_ports() -> int:
    """A port that is free together with the next one."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                two.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


def copy_of_the_tree(folder: Path) -> Path:
    """The program and all that it runs, in a folder of its own."""
    for name in ("components", "inference_app", "local_cloud", "model_artifacts"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    for path in [ROOT / "__main__.py", ROOT / "stack_settings.py", *ROOT.glob("Pulumi*.yaml")]:
        shutil.copy(path, folder)
    return folder


class Command:
    """One run. `lines` are those of stdout, `errors` the text of stderr once it ended."""

    def __init__(self, *options: str, root: Path = ROOT) -> None:
        # The person's own account must not be asked: these would make every call fail.
        surroundings = {
            **os.environ,
            "AWS_PROFILE": "no-such-profile",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        }
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "local_cloud", *options],
            cwd=root,
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def until(self, start: str) -> str:
        """The first line that begins so, waited for; the run's whole output in the error otherwise."""

        def found() -> str | None:
            return next((line for line in self.lines if line.startswith(start)), None)

        with self._changed:
            self._changed.wait_for(lambda: found() or self.process.poll() is not None, SECONDS)
        line = found()
        assert line, f"no line {start!r}:\n" + "\n".join(self.lines) + "\n" + self.errors()
        return line

    def errors(self) -> str:
        """What it wrote to stderr; it must have ended, or is ended now."""
        if self.process.poll() is None:
            self.process.kill()
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def end(self) -> int:
        """Waits for its end; the exit code."""
        code = self.process.wait(SECONDS)
        self._reader.join(10)
        return code

    def stop(self, number: signal.Signals) -> int:
        """Sends a signal and waits."""
        self.process.send_signal(number)
        return self.end()


@contextmanager
def run(*options: str, root: Path = ROOT) -> Iterator[Command]:
    """A run that is ended with the block, if it did not end by itself."""
    command = Command(*options, root=root)
    try:
        yield command
    finally:
        if command.process.poll() is None:
            command.stop(signal.SIGTERM)
        for stream in (command.process.stdout, command.process.stderr):
            if stream:
                stream.close()


def descendants(pid: int) -> set[int]:
    """All processes below one, their sessions notwithstanding."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listing.splitlines()]
    parents = {int(child): int(parent) for child, parent in rows}
    below = {pid}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return below - {pid}


def alive(pids: set[int]) -> set[int]:
    """Those that still run, zombies aside."""
    listing = subprocess.run(["ps", "-eo", "pid=,state="], capture_output=True, text=True, check=True).stdout
    states = dict(line.split() for line in listing.splitlines())
    return {pid for pid in pids if states.get(str(pid), "Z") != "Z"}
