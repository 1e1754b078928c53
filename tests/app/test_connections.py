"""Many clients and slow ones: everybody is answered, and who drips is sent away while others are served."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import resource
import selectors
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsRegressor

from inference_app.hosts.accepting import AHEAD, AT_ONCE, Held
from inference_app.hosts.assembly import assemble
from inference_app.hosts.in_place import SHORT_BODY
from inference_app.hosts.limits import MAX_CONNECTIONS, THREADS, connection_limit, is_late
from inference_app.settings import read_settings
from tests.app.support.environment import environment
from tests.app.support.process import running
from tests.app.support.published import publish
from tests.app.test_server import MISSING, workers_of

Server = tuple[subprocess.Popen[bytes], int]
ALIVE = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
PATIENCE = 60.0  # for what takes a second or two; only a hang gets there


@pytest.fixture(scope="module", params=["waitress", "granian"])
def host(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def pair(host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two workers."""
    folder = tmp_path_factory.mktemp("pair")
    environ = environment(folder, MISSING, default="a", CPU_UNITS="2048", LOG_LEVEL="warning", SERVER=host)
    with running(environ, folder / "log", ready="/healthz") as server:
        yield server


def answers(port: int, clients: int) -> int:
    """How many of `clients`, which all connect before the first one asks, get their 200."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, clients + 200)), hard))
    selector = selectors.DefaultSelector()
    connections = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(clients)]
    try:
        for connection in connections:
            connection.sendall(ALIVE)
            selector.register(connection, selectors.EVENT_READ)
        right = 0
        until = time.monotonic() + PATIENCE
        while selector.get_map() and time.monotonic() < until:
            for key, _ in selector.select(1):
                assert isinstance(key.fileobj, socket.socket)
                right += key.fileobj.recv(4096).startswith(b"HTTP/1.1 200 ")
                selector.unregister(key.fileobj)
        return right
    finally:
        selector.close()
        for connection in connections:
            connection.close()


@pytest.mark.parametrize("clients", [400, 2000])
def test_every_one_of_many_connections_is_answered(clients: int, pair: Server) -> None:
    assert answers(pair[1], clients) == clients


def test_each_worker_is_bound_to_a_core_of_its_own(pair: Server) -> None:
    cores = [os.sched_getaffinity(pid) for pid in workers_of(pair[0].pid)]
    available = os.sched_getaffinity(0)
    assert [len(bound) for bound in cores] == [1, 1]
    assert len(set.union(*cores)) == min(2, len(available))
    assert os.sched_getaffinity(pair[0].pid) == available  # the parent goes where there is room


def test_a_worker_may_be_left_unbound(tmp_path: Path) -> None:
    environ = environment(tmp_path / "secrets", MISSING, default="a", PINNING="0")
    with running(environ, tmp_path / "log", ready="/healthz") as (process, _):
        (worker,) = workers_of(process.pid)
        assert os.sched_getaffinity(worker) == os.sched_getaffinity(0)


HEAD = b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
DRIPS = (
    (b"GET /healthz HTTP/1.1\r\nX-Slow: ", b"a"),
    (HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
)


class Dripping:
    """A client that begins a request and never ends it."""

    def __init__(self, port: int, begin: bytes, drip: bytes) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.connection.sendall(begin)
        self.connection.setblocking(False)
        self.drip = drip
        self.said: bytes | None = None

    def go_on(self) -> None:
        """Takes what the server says, else sends a little more."""
        try:
            self.said = self.connection.recv(65536)
            self.connection.settimeout(PATIENCE)
            with contextlib.suppress(OSError):
                while more := self.connection.recv(65536):
                    self.said += more
        except BlockingIOError:
            with contextlib.suppress(OSError):
                self.connection.send(self.drip)


def test_who_drips_is_sent_away_while_others_are_served_and_who_asks_nothing_yet_is_kept(
    host: str, pair: Server
) -> None:
    drips = DRIPS if host == "waitress" else DRIPS[1:]  # granian gives headers the time of an idle connection
    early = socket.create_connection(("127.0.0.1", pair[1]), timeout=PATIENCE)  # balancers open some ahead
    slow = [Dripping(pair[1], *drip) for drip in drips for _ in range(10)]
    other = http.client.HTTPConnection("127.0.0.1", pair[1], timeout=PATIENCE)
    served = 0
    until = time.monotonic() + PATIENCE
    while waiting := [client for client in slow if client.said is None]:
        assert time.monotonic() < until
        for client in waiting:
            client.go_on()
        other.request("GET", "/healthz")
        with other.getresponse() as response:
            served += response.read() == b'{"status":"alive"}'
        time.sleep(0.1)
    assert served >= 10
    for client in slow:
        head, _, body = (client.said or b"").partition(b"\r\n\r\n")
        assert head.split(b" ")[1] == b"408"
        assert b"connection: close" in head.lower()
        assert json.loads(body)["code"] == "request_too_slow"
        client.connection.close()
    other.close()
    early.sendall(ALIVE)
    assert early.recv(65536).startswith(b"HTTP/1.1 200 ")
    early.close()


def test_a_body_has_more_time_the_more_of_it_came() -> None:
    assert not is_late(5.0, 0)
    assert is_late(5.1, 0)
    assert not is_late(5.9, 16 * 1024)
    assert is_late(6.1, 16 * 1024)
    assert not is_late(4 * 1024 / 16, 4 * 1024 * 1024)  # 4 MiB at 16 KiB/s


def test_a_worker_that_holds_more_than_another_takes_one_at_a_time() -> None:
    held = Held(2)
    assert held.may_take(0, AT_ONCE - 1)
    assert not held.may_take(0, AT_ONCE)
    held.note(0, AHEAD + 1)
    assert not held.may_take(0, 1)
    assert held.may_take(0, 0)  # never none: the other may be busy, or gone
    assert held.may_take(1, 5)
    held.note(1, 1)
    assert held.may_take(0, 1)


def test_the_limit_of_connections_fits_the_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))
    for limits, expected, raised in (
        ((1024, 65536), MAX_CONNECTIONS, [(4224, 65536)]),
        ((1024, 1024), 896, [(1024, 1024)]),
        ((1_048_576, 1_048_576), MAX_CONNECTIONS, []),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), MAX_CONNECTIONS, []),
        ((1024, resource.RLIM_INFINITY), MAX_CONNECTIONS, [(4224, resource.RLIM_INFINITY)]),
    ):
        asked.clear()
        monkeypatch.setattr(resource, "getrlimit", lambda _, limits=limits: limits)
        assert connection_limit() == expected
        assert asked == raised


@pytest.fixture(scope="module")
def slow_model(host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    """The port of one worker with a model that takes a second for 1,500 rows, and a token."""
    folder = tmp_path_factory.mktemp("slow")
    rows = np.random.default_rng(0).normal(size=(100_000, 4))
    estimator = KNeighborsRegressor(algorithm="brute").fit(rows, rows[:, 0])
    manifest = {
        "name": "near",
        "inputs": [{"name": f"x{i}", "kind": "number", "description": ""} for i in range(4)],
        "output": {"name": "y", "kind": "number"},
        "examples": [{"instance": [0.0] * 4, "prediction": float(estimator.predict([[0.0] * 4])[0])}],
    }
    releases = [publish(folder / "near", estimator, manifest)]
    environ = environment(folder / "secrets", releases, default="near", SERVER=host)
    application = assemble(read_settings(environ))
    application.refresh()
    with running(environ, folder / "log") as (_, port):
        yield port, application.services.tokens.issue("demo")


def test_a_slow_estimator_holds_nobody_else_up(slow_model: tuple[int, str]) -> None:
    port, token = slow_model
    body = json.dumps({"instances": [[1, 1, 1, 1]] * 1500}, separators=(",", ":")).encode()
    assert len(body) <= SHORT_BODY  # so that its size alone sends it to no thread
    head = f"POST /predict HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    other = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as slow:
        slow.sendall(head.encode() + body)
        slow.setblocking(False)
        served = 0
        until = time.monotonic() + PATIENCE
        while True:
            other.request("GET", "/healthz")
            with other.getresponse() as response:
                assert response.read() == b'{"status":"alive"}'
            try:
                answer = slow.recv(65536)
                break
            except BlockingIOError:
                served += 1
            assert time.monotonic() < until
        assert answer.startswith(b"HTTP/1.1 200 ")
    other.close()
    assert served >= 3


def test_health_is_answered_while_every_thread_waits_for_a_slow_estimator(
    slow_model: tuple[int, str],
) -> None:
    port, token = slow_model
    body = json.dumps({"instances": [[1, 1, 1, 1]] * 250}, separators=(",", ":")).encode()
    head = f"POST /predict HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    health = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    health.connect()
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as answered:
        for _ in range(THREADS + 4):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            slow.sendall(head.encode() + body)
            answered.register(slow, selectors.EVENT_READ)
        time.sleep(0.3)  # the first one is answered alone, the next as one call, the last have no thread yet
        health.request("GET", "/readyz")
        with health.getresponse() as response:
            assert response.status == 200
        assert len(answered.select(0)) <= 2  # a thread would have been free after five
        while len(ready := answered.select(PATIENCE)) < THREADS + 4:
            assert ready
        for key, _ in ready:
            assert isinstance(key.fileobj, socket.socket)
            assert key.fileobj.recv(100).startswith(b"HTTP/1.1 200 ")
    health.close()
