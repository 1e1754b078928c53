"""The application as a real process: started, waited for, asked, stopped by its own id."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
QUIET = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(environ: Mapping[str, str], log: Path, module: str = "inference_app") -> subprocess.Popen[bytes]:
    """Starts `python -m inference_app`, its output in `log`."""
    inherited = {
        key: value
        for key, value in os.environ.items()
        if key in ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR")
    }
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env={**inherited, **QUIET, **environ},
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def status(port: int, path: str) -> int | None:
    """The status of GET `path`, None while nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def wait_for(
    port: int, path: str, expected: int | None, process: subprocess.Popen[bytes], seconds: float = 20
) -> None:
    """Waits until GET `path` answers `expected`; fails when the process ends or the time is up."""
    until = time.monotonic() + seconds
    while status(port, path) != expected:
        assert process.poll() is None or expected is None, f"the process ended with {process.returncode}"
        assert time.monotonic() < until, f"{path} did not answer {expected} in {seconds} s"
        time.sleep(0.02)


@contextlib.contextmanager
def running(
    environ: Mapping[str, str], log: Path, ready: str = "/readyz"
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server that answers `ready`, and its port; killed at the end if it still runs."""
    port = free_port()
    process = start({**environ, "PORT": str(port)}, log)
    try:
        wait_for(port, ready, 200, process)
        yield process, port
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(10)
