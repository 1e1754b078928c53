"""The door of a URL: what it sends, what it does not follow, and connections that end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from .asking import Asked
from .url_door import UrlDoor

SEEN: list[tuple[str, str, dict[str, str], bytes]] = []


class Echo(BaseHTTPRequestHandler):
    """Remembers what came; /moved redirects, /bye ends the connection without saying so."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        SEEN.append((self.command, self.path, dict(self.headers.items()), body))
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Vary", "Accept")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}" if self.command != "HEAD" else b"")
        self.close_connection = self.path == "/bye"

    do_POST = do_HEAD = do_BREW = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def door(port: int) -> Iterator[UrlDoor]:
    SEEN.clear()
    with UrlDoor(f"http://127.0.0.1:{port}") as opened:
        yield opened


def test_a_request_goes_out_as_it_is_worded(door: UrlDoor) -> None:
    door(Asked("POST", "/a%20b/..;/c", "input=%33&a", {"X-Odd": "\xe4"}, b"abc"))
    ((method, target, headers, body),) = SEEN
    assert (method, target, body) == ("POST", "/a%20b/..;/c?input=%33&a", b"abc")
    assert (headers["X-Odd"], headers["Content-Length"]) == ("\xe4", "3")
    assert "Accept-Encoding" not in headers


def test_no_redirect_is_followed(door: UrlDoor) -> None:
    reply = door(Asked("GET", "/moved"))
    assert (reply.status, reply.headers["location"]) == (302, "http://127.0.0.1:1/elsewhere")
    assert len(SEEN) == 1


def test_a_chunked_body_arrives_whole(door: UrlDoor) -> None:
    door(Asked("POST", "/", body=b"abc" * 5000, chunked=True))
    assert SEEN[0][3] == b"abc" * 5000
    assert "Content-Length" not in SEEN[0][2]


def test_headers_of_one_name_are_joined(door: UrlDoor) -> None:
    assert door(Asked("GET", "/")).headers["vary"] == "Accept, Accept-Encoding"


def test_a_connection_that_ended_is_opened_again(door: UrlDoor) -> None:
    for _ in range(3):
        assert door(Asked("GET", "/bye")).status == 200
    assert len(SEEN) == 3


def test_head_has_no_body(door: UrlDoor) -> None:
    assert door(Asked("HEAD", "/")).body == b""
    assert door(Asked("GET", "/")).body == b"{}"


def test_the_path_of_the_url_comes_first(port: int) -> None:
    SEEN.clear()
    with UrlDoor(f"http://127.0.0.1:{port}/live/") as door:
        door(Asked("GET", "/healthz"))
    assert SEEN[0][1] == "/live/healthz"


@pytest.mark.parametrize("url", ["ftp://a", "a.example", "http://", "http://u:p@a", "http://a/?b", ""])
def test_what_is_no_url_is_said(url: str) -> None:
    with pytest.raises(ValueError, match="is no URL like https://"):
        UrlDoor(url)
