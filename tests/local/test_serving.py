"""What the small HTTP server says of a request that went wrong."""

import socket
from http.server import BaseHTTPRequestHandler

import pytest

from local_cloud.ports import bind
from local_cloud.serving import serve_on


def stderr_after(error: Exception, capfd: pytest.CaptureFixture[str]) -> str:
    """What stands on stderr once a request whose handler raised `error` has ended."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            raise error

    listener = bind(0)
    serve_on(listener, Handler, "test")
    with socket.create_connection(listener.getsockname(), timeout=5) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(1) == b""
    return capfd.readouterr().err


def test_a_client_that_hangs_up_leaves_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    assert stderr_after(ConnectionResetError("gone"), capfd) == ""


def test_a_mistake_in_a_handler_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    assert "ValueError: wrong" in stderr_after(ValueError("wrong"), capfd)
