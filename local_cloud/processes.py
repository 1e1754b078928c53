"""The processes that the local cloud starts, each a group of its own, so that all end with it at once."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path


class Processes:
    """Starts processes and ends them; once ended it starts no more."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self._running: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        self._ended = False
        logs.mkdir(parents=True, exist_ok=True)
        for log in logs.glob("*.log"):
            log.unlink()

    def start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> "subprocess.Popen[bytes] | None":
        """Starts `command` with exactly `environment`; it writes to `<logs>/<name>.log`. None once ended."""
        with self._lock:
            if self._ended:
                return None
            with (self.logs / f"{name}.log").open("ab") as log:
                process = subprocess.Popen(
                    list(command),
                    env=dict(environment),
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    # A Ctrl-C of the terminal is for the local cloud, which ends the group itself.
                    start_new_session=True,
                )
            self._running.append(process)
            return process

    def end(self) -> None:
        """Ends every process and what it started, without waiting for a drain."""
        with self._lock:
            self._ended = True
            for process in self._running:
                kill(process)

    def tail(self, name: str, lines: int = 15) -> str:
        """The last lines that a process wrote."""
        path = self.logs / f"{name}.log"
        text = path.read_text("utf-8", "replace") if path.is_file() else ""
        return "\n".join(text.splitlines()[-lines:])


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Ends a process with its group and waits until it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
