"""What is granian's own: short predictions outside the loop, a door for each worker, threads in turns."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.support.process import running
from tests.app.test_server import workers_of

Server = tuple[subprocess.Popen[bytes], int]
ROW = b'{"x":[0,1,0,25.5]}'
PATIENCE = 60.0  # for what takes a second or two; only a hang gets there


@pytest.fixture(scope="module")
def granian(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("granian") / "log"
    with running({**environ, "SERVER": "granian"}, log) as server:
        yield server


@pytest.fixture(scope="module")
def in_loop(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("loop") / "log"
    with running({**environ, "SERVER": "granian", "IN_PLACE": "0"}, log) as server:
        yield server


def predict(token: str, more: str = "", length: int = len(ROW)) -> bytes:
    """The head of a prediction."""
    return (
        f"POST /predict HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n{more}"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def answered(port: int, sent: bytes) -> bytes:
    """All that comes back on a connection that ends with this answer, but for the date."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(sent)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return re.sub(rb"date: [^\r]+", b"date:", received)


@pytest.mark.parametrize("body", [ROW, b'{"x":[1]}', b"{", b'{"x":[0,1,0,25.5],"x":[0,1,0,25.5]}'])
@pytest.mark.parametrize("more", ["", "X-Two: 1\r\nX-Two: 2\r\n", "Content-Encoding: gzip\r\n", "A_b: 1\r\n"])
def test_a_short_prediction_has_the_bytes_of_the_loops(
    body: bytes, more: str, granian: Server, in_loop: Server, token: str
) -> None:
    for bearer in (token, "a.b.c", ""):
        fields = f"X-Request-Id: short-0001\r\nConnection: close\r\n{more}"
        sent = predict(bearer, fields, len(body)) + body
        short, long = (answered(server[1], sent) for server in (granian, in_loop))
        assert short == long
        assert short.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 4"))


def test_headers_that_are_too_large_are_refused_before_the_body_is_read(granian: Server, token: str) -> None:
    more = f"Connection: close\r\nA: {'a' * 17_000}\r\n"
    assert answered(granian[1], predict(token, more) + ROW).startswith(b"HTTP/1.1 431 ")


def test_a_short_body_that_drips_is_refused_while_others_are_served(granian: Server, token: str) -> None:
    slow = socket.create_connection(("127.0.0.1", granian[1]), timeout=PATIENCE)
    slow.sendall(predict(token))
    other = http.client.HTTPConnection("127.0.0.1", granian[1], timeout=PATIENCE)
    slow.settimeout(0.2)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    served, received = 0, b""
    until = time.monotonic() + PATIENCE
    while not received:
        assert time.monotonic() < until
        other.request("POST", "/predict", ROW, headers)
        with other.getresponse() as response:
            served += json.loads(response.read())["model"] == "days"
        with contextlib.suppress(TimeoutError):
            received = slow.recv(65536)
    assert served >= 10
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in head.lower()
    assert json.loads(body)["code"] == "request_too_slow"
    other.close()
    slow.close()


def test_a_client_that_leaves_in_the_middle_of_a_short_body_is_no_fault(
    environ: dict[str, str], tmp_path: Path, token: str
) -> None:
    log = tmp_path / "log"
    with running({**environ, "SERVER": "granian"}, log) as (_, port):
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as gone:
                gone.sendall(predict(token) + ROW[:5])
        assert b'"model":"days"' in answered(port, predict(token, "Connection: close\r\n") + ROW)
    assert '"level": "error"' not in log.read_text()


def test_a_short_request_leaves_nothing_behind(granian: Server, token: str) -> None:
    (worker,) = workers_of(granian[0].pid)

    def ask(times: int) -> None:
        connection = socket.create_connection(("127.0.0.1", granian[1]), timeout=PATIENCE)
        many = (predict(token) + ROW) * 50
        for _ in range(times // 50):
            connection.sendall(many)
            count = 0
            while count < 50:
                count += connection.recv(1 << 20).count(b"HTTP/1.1 200 ")
        connection.close()

    def kilobytes() -> int:
        found = re.search(r"^Rss:\s+(\d+)", Path(f"/proc/{worker}/smaps_rollup").read_text(), re.MULTILINE)
        assert found
        return int(found[1])

    ask(2_000)
    before = kilobytes()
    ask(8_000)
    assert kilobytes() - before < 4_000  # half a kilobyte a request; its own objects are four


def test_the_kernel_spreads_connections_among_the_workers(environ: dict[str, str], tmp_path: Path) -> None:
    two = {**environ, "CPU_UNITS": "2048", "MEMORY_MIB": "4096", "SERVER": "granian"}
    with running(two, tmp_path / "log") as (process, port), contextlib.ExitStack() as stack:
        workers = workers_of(process.pid)
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        for _ in range(200):  # they wait for whoever comes back first
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.3)
        until = time.monotonic() + PATIENCE
        while sum(held := [_connections(pid, port) for pid in workers]) < 200:
            assert time.monotonic() < until
            time.sleep(0.02)
        assert len(held) == 2
        assert min(held) > 50  # of a hundred each, seven standard deviations below


def _connections(pid: int, port: int) -> int:
    """How many connections to `port` the process has taken."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    established = {f"socket:[{row[9]}]" for row in rows if row[3] == "01" and row[1].endswith(f":{port:04X}")}
    mine = [fd.readlink() for fd in Path(f"/proc/{pid}/fd").iterdir() if fd.is_symlink()]
    return len(established.intersection(map(str, mine)))


def _threads(parent: int) -> set[tuple[int, int]]:
    """The policy of each thread of the only worker, and how many cores it may use."""
    (worker,) = workers_of(parent)
    threads = [int(task.name) for task in Path(f"/proc/{worker}/task").iterdir()]
    return {(os.sched_getscheduler(thread), len(os.sched_getaffinity(thread))) for thread in threads}


def test_its_threads_take_turns_where_every_model_is_short_unless_that_is_switched_off(
    granian: Server, environ: dict[str, str], tmp_path: Path
) -> None:
    cores = len(os.sched_getaffinity(0))
    only = json.dumps([each for each in json.loads(environ["MODELS"]) if each["name"] in ("days", "line")])
    with running({**environ, "MODELS": only, "SERVER": "granian"}, tmp_path / "log") as (process, _):
        until = time.monotonic() + PATIENCE
        while _threads(process.pid) != {(os.SCHED_BATCH, cores)}:
            assert time.monotonic() < until
            time.sleep(0.05)
    assert _threads(granian[0].pid) == {(os.SCHED_OTHER, 1)}  # one of its models is slow
    off = {**environ, "MODELS": only, "SERVER": "granian", "SCHED_BATCH": "0"}
    with running(off, tmp_path / "log") as (process, _):
        time.sleep(0.5)
        assert _threads(process.pid) == {(os.SCHED_OTHER, 1)}
