"""`python -m tests.conformance`: its table, its closing line, and one message where it cannot ask."""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.app.support.environment import PASSWORD, USER
from tests.app.support.process import ROOT, free_port

from .__main__ import main
from .bodies import Json
from .cases import describe
from .expect import Having
from .served import House
from .url_door import UrlDoor

SERVER = "waitress"


def ask(url: str, *options: str, password: str = PASSWORD) -> int:
    fast = ("--per-second", "10000")
    return main(["--url", url, "--user", USER, *fast, *options], {"PASSWORD": password})


@pytest.fixture
def another(tmp_path: Path) -> Iterator[str]:
    """The URL of `python -m http.server`."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    handler = partial(Handler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_service_that_holds_the_contract_passes(project: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(project.url(SERVER)) == 0
    said, errors = capsys.readouterr()
    lines = said.splitlines()
    passed = [line for line in lines if line.startswith("  ok ")]
    assert lines[-1] == f"conformance: {len(passed)} passed, 0 failed"
    assert errors == ""
    assert PASSWORD not in said
    assert project.service(SERVER).token not in said
    assert "each process counts failed logins for itself" in said
    assert sum(line.startswith("  left out ") for line in lines) == int(
        next(line for line in lines if line.startswith("left out: ")).split()[-1]
    )


def test_a_failure_is_shown_with_its_differences_and_ends_in_1(
    project: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(describe, "INDEX", Json(Having({"service": "Another"})))
    assert ask(project.url(SERVER), "--only", "describe") == 1
    lines = capsys.readouterr().out.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("  FAILED "))
    assert lines[at].endswith("GET /: as JSON")
    assert lines[at + 1].strip() == 'body.service: "Another" expected, "Spot Inference" came'
    assert lines[-1].startswith("conformance: ")
    assert lines[-1].endswith("2 failed")


def test_another_service_is_one_message(another: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(another) == 1
    said, errors = capsys.readouterr()
    assert said == ""
    assert errors.count("\n") == 1
    assert f"cannot ask {another}: it is another service: GET /healthz answered 404 text/html" in errors
    assert "SimpleHTTP" in errors
    assert "`pulumi stack output url`" in errors


def test_a_closed_port_is_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(f"http://127.0.0.1:{free_port()}") == 1
    said, errors = capsys.readouterr()
    assert (said, errors.count("\n")) == ("", 1)
    assert "nothing listens there" in errors


def test_a_wrong_password_is_one_message_without_it(
    project: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(project.url(SERVER), password="very-wrong-indeed") == 1
    said, errors = capsys.readouterr()
    assert (said, errors.count("\n")) == ("", 1)
    assert "the username 'demo' or the password is wrong" in errors
    assert "loginCommand" in errors
    assert "very-wrong-indeed" not in errors


def test_tls_where_there_is_none_is_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def refuse() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        answering = threading.Thread(target=refuse)
        answering.start()
        assert ask(f"https://127.0.0.1:{listener.getsockname()[1]}") == 1
        answering.join()
    said, errors = capsys.readouterr()
    assert (said, errors.count("\n")) == ("", 1)
    assert "give the URL with http://" in errors


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), "SSL_CERT_FILE"),
        (TimeoutError("timed out"), "it does not answer in time"),
        (socket.gaierror(-2, "Name or service not known"), "there is no host of this name"),
        (OSError(101, "Network is unreachable"), "no connection (Network is unreachable)"),
        (http.client.BadStatusLine("SSH-2.0"), "it does not answer in HTTP"),
        (KeyboardInterrupt(), "interrupted"),
    ],
)
def test_whatever_keeps_it_from_asking_is_one_message(
    error: BaseException,
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(UrlDoor, "__call__", fail)
    assert ask("https://models.example.com") == (130 if isinstance(error, KeyboardInterrupt) else 1)
    said, errors = capsys.readouterr()
    assert (said, errors.count("\n")) == ("", 1)
    assert words in errors


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--url", "http://a", "--user", "a"], "a password is needed: PASSWORD in the environment"),
        (["--url", "http://a"], "--user"),
        (["--url", "http://a", "--user", "a", "--per-second", "0"], "--per-second"),
        (["--url", "http://a", "--user", "a", "--only", "nothing"], "--only"),
    ],
)
def test_a_wrong_command_line_is_2(options: list[str], word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(options, {})
    assert ended.value.code == 2
    assert word in capsys.readouterr().err


def test_it_needs_the_standard_library_only() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import tests.conformance.__main__"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)
