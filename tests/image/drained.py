"""SIGTERM with requests in flight: all are answered, readiness says 503 meanwhile, the exit code is 0.

More requests come than threads answer at once, so most of them wait in the server when the signal comes. When
those are answered, and shortly before the door closes, a few more begin, which end after it has closed.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from local_cloud.client import Reply, log_in, send

from .cloud import Cloud
from .engine import Engine
from .fargate import HostError, Task
from .slow_model import NAME

IN_FLIGHT, SECONDS = 20, 16.0  # how many, and how long all of them take together
LATE, LATE_SECONDS = 4, 6.0
BEFORE_THE_DOOR_CLOSES = 2.0
TRIED, LARGEST = 1000, 10_000  # rows of the request that tells how long a row takes; the contract's limit
PATIENCE = 120.0
# What the balancer and the container ask meanwhile: status, and code where it is an error.
PROBES = {"/readyz": (503, "draining"), "/healthz": (200, "")}


@dataclass
class Drain:
    """What was seen. `answered` of IN_FLIGHT; `broken`: the promises that did not hold."""

    answered: int = 0
    exit_code: int | None = None
    broken: list[str] = field(default_factory=list)


def drain(engine: Engine, running: Task, cloud: Cloud, say: Callable[[str], None]) -> Drain:
    """Stops the task as ECS does, and watches it end. Raises HostError where nothing can be seen at all."""
    seen = Drain()
    drain_seconds = float(cloud.task_environment["DRAIN_SECONDS"])
    client = _Client(running, log_in(running.url, cloud.user, cloud.password))
    row_seconds = client.seconds_of_a_row()
    with ThreadPoolExecutor(IN_FLIGHT + LATE + len(PROBES)) as pool:
        first = list(client.begin(pool, IN_FLIGHT, SECONDS / row_seconds))
        engine("kill", "--signal", "TERM", running.container)
        signalled = time.monotonic()
        waiting = sum(not answer.done() for answer in first)
        say(f"SIGTERM with {waiting} requests in flight")
        if waiting < IN_FLIGHT:
            seen.broken.append(f"only {waiting} requests were in flight: the processor is too fast for them")
        probes = {path: pool.submit(send, running.url, "GET", path, seconds=PATIENCE) for path in PROBES}
        time.sleep(max(0.0, signalled + drain_seconds - BEFORE_THE_DOOR_CLOSES - time.monotonic()))
        late = list(client.begin(pool, LATE, LATE_SECONDS / row_seconds))
        say(_check_probes(probes, seen))
        seen.answered = sum(_well(answer) for answer in first)
        if (well := sum(_well(answer) for answer in late)) != LATE:
            seen.broken.append(f"{well} of {LATE} requests were answered that began before the door closed")
        say(f"{seen.answered} of {IN_FLIGHT} answered, and {well} of {LATE} from before the door closed")
    seen.exit_code = int(engine("wait", running.container, seconds=PATIENCE))
    took = time.monotonic() - signalled
    say(f"ended {took:.1f} s after the signal, exit code {seen.exit_code}")
    if took < drain_seconds:
        seen.broken.append(f"it ended after {took:.1f} s; DRAIN_SECONDS is {drain_seconds:.0f}")
    return seen


class _Client:
    """Requests of the slow model, each on a connection of its own."""

    def __init__(self, running: Task, token: str) -> None:
        self._running = running
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def seconds_of_a_row(self) -> float:
        """Measured, because a row's time is the processor's matter."""
        began = time.monotonic()
        if not self._ask(TRIED, _body(TRIED), threading.Barrier(1)):
            raise HostError("the slow model does not answer")
        return (time.monotonic() - began) / TRIED

    def begin(self, pool: ThreadPoolExecutor, count: int, rows: float) -> Iterator[Future[bool]]:
        """Sends `count` requests with `rows` together; comes back when the server has each of them."""
        sent = threading.Barrier(count + 1)
        each = max(1, min(LARGEST, round(rows / count)))
        body = _body(each)
        for _ in range(count):
            yield pool.submit(self._ask, each, body, sent)
        sent.wait(PATIENCE)
        time.sleep(0.1)  # for the last bytes' way through the kernel into the server

    def _ask(self, rows: int, body: bytes, sent: threading.Barrier) -> bool:
        """Whether each row got its answer."""
        connection = http.client.HTTPConnection(self._running.address, self._running.port, timeout=PATIENCE)
        try:
            try:
                connection.request("POST", f"/models/{NAME}/predict", body, self._headers)
            finally:
                sent.wait(PATIENCE)
            response = connection.getresponse()
            answer = json.loads(response.read())
            return response.status == 200 and len(answer["prediction"]) == rows
        finally:
            connection.close()


def _body(rows: int) -> bytes:
    return json.dumps({"instances": [[0.5]] * rows}).encode()


def _well(answer: Future[bool]) -> bool:
    try:
        return answer.result(PATIENCE)
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return False


def _check_probes(probes: Mapping[str, Future[Reply]], seen: Drain) -> str:
    """What was asked on connections of its own, behind the requests in flight; what was said."""
    told = []
    for path, (status, code) in PROBES.items():
        try:
            reply = probes[path].result(PATIENCE)
        except (OSError, http.client.HTTPException) as error:
            raise HostError(
                f"{path}: no answer between the signal and the end of the drain: {error}"
            ) from None
        if (reply.status, reply.json().get("code", "")) != (status, code):
            seen.broken.append(f"{path}: {status} {code} expected while it drains, {reply} came")
        if (connection := reply.headers.get("connection", "none")).lower() != "close":
            seen.broken.append(f"{path}: Connection: close expected while it drains, {connection} came")
        told.append(f"{path} {reply.status}, Connection: {connection}")
    return "; ".join(told)
