"""One server of the comparison: how it is started, asked, checked and stopped."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_cloud.ports import free_port

READY_SECONDS = 90


@dataclass(frozen=True)
class Ask:
    """One request, and how its answer is read: class and probabilities of the rows that were sent."""

    path: str
    body: bytes
    content_type: str = "application/json"
    read: Callable[[Any], tuple[list[Any], list[list[float]] | None]] = field(
        default=lambda answer: (answer["prediction"], answer.get("probability"))
    )


@dataclass(frozen=True)
class Server:
    """`command` and `environ` start it on `port`; `cwd` is where."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    cwd: Path


NO_GROUP = Path("/dev/null")


@dataclass(frozen=True)
class Running:
    """A server that answers: its port, the session of its processes, the seconds until its first answer."""

    port: int
    session: int
    ready_seconds: float

    @property
    def memory_mib(self) -> float:
        """The proportional share of memory of all its processes."""
        total = 0
        for folder in processes_of(self.session):
            with contextlib.suppress(OSError, ValueError):
                lines = (folder / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024

    @property
    def cpu_seconds(self) -> float:
        """The processor time that its living processes have taken."""
        ticks = 0
        for folder in processes_of(self.session):
            with contextlib.suppress(OSError, ValueError):
                words = (folder / "stat").read_text().rpartition(")")[2].split()
                ticks += int(words[11]) + int(words[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def processes_of(session: int) -> list[Path]:
    """Those of a session, and their children, of which some start a session of their own."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[int(folder.name)] = int(words[1]), int(words[3])
    found = {pid for pid, (_, its_session) in parents.items() if its_session == session}
    while more := {pid for pid, (parent, _) in parents.items() if parent in found} - found:
        found |= more
    return [Path(f"/proc/{pid}") for pid in found]


class BrokenError(Exception):
    """A server that does not start or answers wrongly; the message holds the end of its log."""


def post(port: int, ask: Ask, headers: Mapping[str, str], seconds: float = 10) -> tuple[int, bytes]:
    """Status and body of the answer. Raises OSError while nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("POST", ask.path, ask.body, {**headers, "Content-Type": ask.content_type})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@contextlib.contextmanager
def running(
    server: Server, ask: Ask, headers: Mapping[str, str], log: Path, group: Path = NO_GROUP
) -> Iterator[Running]:
    """Starts it, in the control group `group`, and waits for the first good answer."""
    port = free_port()
    started = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [word.replace("{port}", str(port)) for word in server.command],
            env={**_inherited(), **server.environ, "PORT": str(port)},
            cwd=server.cwd,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: _join(group),
        )
    try:
        answered = _first_answer(server, process, port, ask, headers, log)
        yield Running(port, process.pid, answered - started)
    finally:
        _end(process)


def check(server: Server, port: int, ask: Ask, headers: Mapping[str, str], expected: Any) -> None:
    """Compares an answer with scikit-learn's. Raises BrokenError."""
    status, body = post(port, ask, headers)
    until = time.monotonic() + READY_SECONDS
    while status == 503 and time.monotonic() < until:  # another of its processes is not ready yet
        time.sleep(0.1)
        status, body = post(port, ask, headers)
    try:
        values, probabilities = ask.read(json.loads(body))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise BrokenError(f"{server.name}: {status} {body[:300]!r} ({error})") from error
    wanted_values, wanted_probabilities = expected
    if list(values) != list(wanted_values):
        raise BrokenError(f"{server.name}: {values[:3]} predicted, scikit-learn says {wanted_values[:3]}")
    for row, wanted in zip(probabilities or [], wanted_probabilities, strict=bool(probabilities)):
        if any(abs(a - b) > 1e-6 for a, b in zip(row, wanted, strict=True)):
            raise BrokenError(f"{server.name}: probability {row}, scikit-learn says {wanted}")


def _join(group: Path) -> None:
    group.write_text(str(os.getpid()))


def _inherited() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "TMPDIR", "LANG")}
    return {**kept, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}


def _first_answer(
    server: Server,
    process: subprocess.Popen[bytes],
    port: int,
    ask: Ask,
    headers: Mapping[str, str],
    log: Path,
) -> float:
    until, last = time.monotonic() + READY_SECONDS, ""
    while time.monotonic() < until and process.poll() is None:
        try:
            status, body = post(port, ask, headers)
            if status == 200:
                return time.monotonic()
            last = f"{status} {body[:300]!r}"
        except (OSError, http.client.HTTPException) as error:
            last = str(error)
        time.sleep(0.01)
    end = log.read_text(errors="replace")[-1500:]
    raise BrokenError(f"{server.name} gives no answer in {READY_SECONDS} s ({last}); its log ends:\n{end}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kills all of it: some take seconds to end in order, and nothing is lost."""
    for folder in processes_of(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(folder.name), signal.SIGKILL)
    process.wait()
