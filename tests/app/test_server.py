"""The server as a real process: refusals over the wire, workers, signals, metrics, failed starts.

Most of it needs no model, so these servers have none: they live, and are not ready.
"""

from __future__ import annotations

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

from tests.app.support.environment import environment
from tests.app.support.process import free_port, running, start, status

MISSING = [{"name": "a", "uri": "/nowhere", "version": "1", "sha256": "0" * 64, "manifest_sha256": "0" * 64}]
BOTH_LENGTHS = b"GET / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
Server = tuple[subprocess.Popen[bytes], int]


@pytest.fixture(params=["waitress", "granian"])
def bare(tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """An environment whose model does not exist."""
    return environment(tmp_path / "secrets", MISSING, default="a", DRAIN_SECONDS="0", SERVER=request.param)


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("living")
    with running(environment(folder, MISSING, default="a"), folder / "log", ready="/healthz") as server:
        yield server


@pytest.fixture(scope="module")
def granian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("granian")
    environ = environment(folder, MISSING, default="a", SERVER="granian")
    with running(environ, folder / "log", ready="/healthz") as server:
        yield server


@pytest.fixture(params=["waitress", "granian"])
def either(request: pytest.FixtureRequest, living: Server, granian: Server) -> Server:
    """One host, then the other."""
    return living if request.param == "waitress" else granian


def exchange(port: int, sent: bytes, seconds: float = 5) -> bytes:
    """Everything that comes back for `sent`, until the server closes or falls silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(sent)
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except (TimeoutError, ConnectionResetError):
            pass
        return received


@pytest.mark.parametrize(
    ("sent", "expected", "code"),
    [
        (BOTH_LENGTHS, 400, "malformed_request"),
        (b"GET / HTTP/1.1\r\nTRANSFER-encoding:\r\ncontent-LENGTH: 0\r\n\r\n", 400, "malformed_request"),
        (b"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "malformed_request"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400, "unsupported_transfer_encoding"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, "malformed_request"),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 400, "malformed_request"),
        (b"POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\nabcde", 400, "malformed_request"),
        (b"GET http://[::1 HTTP/1.1\r\n\r\n", 400, "malformed_request"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400, "malformed_request"),
        (b"get / HTTP/1.1\r\n\r\n", 400, "malformed_request"),
        (b"GET / HTTP/1.1\r\nbroken\r\n\r\n", 400, "malformed_request"),
        (b"GET / HTTP/1.1\r\nA: " + b"a" * 20_000 + b"\r\n\r\n", 431, "headers_too_large"),
        (b"POST /login HTTP/1.1\r\nContent-Length: 50000000\r\n\r\n", 413, "body_too_large"),
    ],
)  # fmt: skip
def test_what_waitress_refuses_by_itself_is_refused_in_json(
    sent: bytes, expected: int, code: str, living: Server
) -> None:
    head, _, body = exchange(living[1], sent).partition(b"\r\n\r\n")
    assert int(head.split(b" ")[1]) == expected
    assert json.loads(body)["code"] == code
    assert f"x-request-id: {json.loads(body)['request_id']}".encode() in head.lower()
    assert b"connection: close" in head.lower()
    assert b"server:" not in head.lower()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\nabcde", 400),
        (b"GET http://[::1 HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nbroken\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: " + b"a" * 200_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_http_is_refused_by_granian_without_a_word(
    sent: bytes, expected: int, granian: Server
) -> None:
    head, _, body = exchange(granian[1], sent).partition(b"\r\n\r\n")
    assert int(head.split(b" ")[1]) == expected
    assert (b"connection: close" in head.lower(), body) == (True, b"")


@pytest.mark.parametrize(
    ("sent", "expected", "code"),
    [
        (b"GET / HTTP/1.1\r\nA: " + b"a" * 20_000 + b"\r\n\r\n", 431, "headers_too_large"),
        (b"POST /login HTTP/1.1\r\nContent-Length: 50000000\r\n\r\n", 413, "body_too_large"),
    ],
)
def test_what_granian_lets_through_is_refused_in_json(
    sent: bytes, expected: int, code: str, granian: Server
) -> None:
    head, _, body = exchange(granian[1], sent, 1).partition(b"\r\n\r\n")
    assert int(head.split(b" ")[1]) == expected
    assert json.loads(body)["code"] == code
    assert f"x-request-id: {json.loads(body)['request_id']}".encode() in head.lower()
    assert b"connection: close" in head.lower()
    assert b"granian" not in head.lower()


def test_two_lengths_are_read_as_chunks_by_granian_which_closes_after_them(granian: Server) -> None:
    """RFC 9112 6.1 allows this as well as waitress's 400: whatever follows is never read as a request."""
    head = exchange(granian[1], BOTH_LENGTHS + b"GET /healthz HTTP/1.1\r\n\r\n")
    assert head.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in head.lower()


def test_a_chunked_body_is_read_to_its_limit(either: Server) -> None:
    head = (
        b"POST /login HTTP/1.1\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    small = exchange(either[1], head + b"2\r\n{}\r\n0\r\n\r\n")
    assert b"username: a string" in small
    chunk = b"%x\r\n" % (1 << 20) + b" " * (1 << 20) + b"\r\n"
    assert b"body_too_large" in exchange(either[1], head + chunk * 6 + b"0\r\n\r\n")


def test_a_chunked_body_without_an_end_is_refused_before_it_ends(either: Server) -> None:
    chunk = b"%x\r\n" % (1 << 20) + b" " * (1 << 20) + b"\r\n"
    with socket.create_connection(("127.0.0.1", either[1]), timeout=20) as connection:
        connection.sendall(b"POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(6):
            connection.sendall(chunk)
        assert connection.recv(65536).split(b" ")[1] == b"413"


@pytest.mark.parametrize("size", [4_300_000, 20_000_000])
def test_a_client_that_sends_too_much_gets_to_read_why(size: int, either: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", either[1], timeout=10)
    connection.request("POST", "/login", b" " * size, {"Content-Type": "application/json"})
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["code"]) == (413, "body_too_large")
    connection.close()


def test_it_lives_at_once_and_says_why_it_is_not_ready(bare: dict[str, str], tmp_path: Path) -> None:
    with running(bare, tmp_path / "log", ready="/healthz") as (process, port):
        assert status(port, "/readyz") == 503
        until = time.monotonic() + 15
        while "/nowhere/manifest.json" not in (tmp_path / "log").read_text():
            assert time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130


def test_a_port_in_use_is_one_line_that_names_the_way_out(bare: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for key, more in (
            ("PORT", {"PORT": port}),
            ("METRICS_PORT", {"PORT": str(free_port()), "METRICS_PORT": port}),
        ):
            process = start({**bare, **more}, tmp_path / "log")
            assert process.wait(10) == 1
            assert (tmp_path / "log").read_text() == (
                f"inference_app cannot start: port {port} is in use: stop what listens there, "
                f"or set {key} to another port\n"
            )


def test_a_wrong_environment_is_one_line_with_every_problem(tmp_path: Path) -> None:
    process = start({"MODELS": "x", "PORT": "0"}, tmp_path / "log")
    assert process.wait(10) == 1
    said = (tmp_path / "log").read_text()
    assert said.count("\n") == 1
    for key in ("MODELS", "SIGNING_KEYS is missing", "USERS is missing", "PORT: a whole number"):
        assert key in said


def metrics(port: int) -> dict[str, float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/metrics")
    response = connection.getresponse()
    assert response.getheader("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in response.read().decode().splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def workers_of(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until_gone(pids: list[int]) -> None:
    until = time.monotonic() + 15
    while not all(map(gone, pids)):
        assert time.monotonic() < until, f"{pids} still run"
        time.sleep(0.02)


def test_a_dead_worker_is_replaced_and_the_metrics_say_so(bare: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    environ = {**bare, "CPU_UNITS": "2048", "METRICS_PORT": str(port)}
    with running(environ, tmp_path / "log", ready="/healthz") as (process, main):
        before = workers_of(process.pid)
        assert len(before) == 2
        shown = metrics(port)
        assert (shown["inference_workers"], shown["inference_workers_alive"]) == (2, 2)
        assert (shown["inference_workers_ready"], shown["inference_worker_restarts_total"]) == (0, 0)
        assert re.search(
            rf'inference_build_info\{{python="3\.\d+\.\d+",server="{bare["SERVER"]}",version="[0-9.]+"\}}',
            " ".join(shown),
        )
        os.kill(before[0], signal.SIGKILL)
        until = time.monotonic() + 15
        while (shown := metrics(port))["inference_worker_restarts_total"] != 1 or shown[
            "inference_workers_alive"
        ] != 2:
            assert time.monotonic() < until
            time.sleep(0.02)
        after = workers_of(process.pid)
        assert before[1] in after
        assert len(set(after) - set(before)) == 1
        assert status(main, "/healthz") == 200
        assert status(main, "/metrics") == 404
        assert status(port, "/healthz") == 404


def test_no_worker_outlives_a_killed_parent(bare: dict[str, str], tmp_path: Path) -> None:
    with running({**bare, "CPU_UNITS": "2048"}, tmp_path / "log", ready="/healthz") as (process, _):
        workers = workers_of(process.pid)
        process.kill()
        process.wait(10)
        wait_until_gone(workers)


def test_a_silent_metrics_client_does_not_hold_up_another(bare: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    with (
        running({**bare, "METRICS_PORT": str(port)}, tmp_path / "log", ready="/healthz"),
        socket.create_connection(("127.0.0.1", port)) as silent,
    ):
        assert metrics(port)["inference_workers_alive"] == 1
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):  # still open: the other was answered meanwhile
            silent.recv(1)
        silent.settimeout(5)
        assert silent.recv(1) == b""  # closed after its second


def refuses(port: int) -> bool:
    """Whether the kernel itself turns a new connection away: nobody holds the listening socket any more."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # it stood in the queue of a socket that was closed just then
        return False
    return False


def test_sigterm_fails_readiness_serves_on_finishes_what_is_in_flight_and_exits_0(
    bare: dict[str, str], tmp_path: Path
) -> None:
    with running({**bare, "DRAIN_SECONDS": "2"}, tmp_path / "log", ready="/healthz") as (process, port):
        slow = socket.create_connection(("127.0.0.1", port), timeout=10)
        slow.sendall(
            b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{"
        )
        workers = workers_of(process.pid)
        process.send_signal(signal.SIGTERM)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        until = time.monotonic() + 1.8
        code = ""
        while code != "draining" and time.monotonic() < until:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            code = json.loads(response.read())["code"]
        assert (code, response.status, response.getheader("Connection")) == ("draining", 503, "close")
        for path in ("/healthz", "/openapi.json"):  # it serves on, in the loop and in threads
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            assert (response.status, response.getheader("Connection")) == (200, "close")
        until = time.monotonic() + 10
        while not refuses(port):  # until the door is closed, by the parent as well as by the worker
            assert time.monotonic() < until
            time.sleep(0.02)
        assert process.poll() is None  # and waits for the one in flight
        slow.sendall(b"}")
        assert slow.recv(65536).startswith(b"HTTP/1.1 400 ")
        slow.close()
        assert process.wait(10) == 0
        wait_until_gone(workers)


def test_an_idle_connection_does_not_hold_up_the_end(bare: dict[str, str], tmp_path: Path) -> None:
    with running(bare, tmp_path / "log", ready="/healthz") as (process, port):
        idle = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        idle.request("GET", "/healthz")
        response = idle.getresponse()
        assert response.read() == b'{"status":"alive"}'
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        response.close()
        idle.close()
