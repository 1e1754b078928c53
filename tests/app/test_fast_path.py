"""The path before Flask gives what Flask gives, byte for byte, and leaves everything else to Flask."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jwt
import pytest
from werkzeug.http import HTTP_STATUS_CODES

from inference_app.hosts.assembly import Application, assemble
from inference_app.hosts.fast_path import STATUS_LINES, before_flask
from inference_app.settings import read_settings
from tests.app.support.doors import CLIENT, Asked, wsgi
from tests.app.support.environment import KEY_2, PASSWORD, USER, keys_json
from tests.app.support.process import ROOT, running
from tests.conformance.case import Case, post
from tests.conformance.cases import GROUPS
from tests.conformance.service import learn

Raw = tuple[str, list[tuple[str, str]], bytes]

TOKEN = "{token}"
JSON = {"Content-Type": "application/json"}
AUTH = {"Authorization": f"Bearer {TOKEN}"}
BOTH = {**AUTH, **JSON}
ROW = [0.0, 1.0, 0.0, 25.0]

MORE = {
    "forwarded": Asked(
        "POST", "/predict", headers={**BOTH, "X-Forwarded-For": "6.6.6.6, 7.7.7.7"}, body=b'{"x":[1,2,3,4]}'
    ),
    "odd host": Asked("POST", "/predict", headers={**BOTH, "Host": "a b/c"}, body=b'{"x":[1,2,3,4]}'),
    "with a query": Asked("POST", "/predict", "a=1&a=2", BOTH, b'{"x":[1,2,3,4]}'),
    "nothing at all": Asked("POST", "/predict"),
    "a model's name with an odd letter": post("/models/l%C3%ADne/predict", {"x": [1]}, AUTH),
    "a model's name with a slash": post("/models/a%2Fb/predict", {"x": [1]}, AUTH),
    "a model's name that is not a name": post("/models/-/predict", {"x": [1]}, AUTH),
    "several slashes": post("//predict", {"x": ROW}, AUTH),
    "slash at the end": post("/predict/", {"x": ROW}, AUTH),
    "percent-encoded": post("/%70redict", {"x": ROW}, AUTH),
    "infer": post("/v2/models/days/infer", {"inputs": []}, AUTH),
    "infer, a version": post("/v2/models/days/versions/1.0.0/infer", {"inputs": []}, AUTH),
    "class as a string, no token": post("/predict_api", {"data": ROW}),
    "not allowed": Asked("PUT", "/predict_api", headers=AUTH),
    "another case": Asked("post", "/predict", headers=BOTH, body=b'{"x":[1,2,3,4]}'),
}


def raw(app: Any, asked: Asked, token: str) -> Raw:
    """What `app` gives for `asked`, as a host that has read the body to its end would ask it."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.method,
        "PATH_INFO": unquote_to_bytes(asked.path).decode("latin-1"),
        "QUERY_STRING": asked.query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": CLIENT,
        "CONTENT_LENGTH": str(len(asked.body)),
        "HTTP_X_REQUEST_ID": "fast-path-0001",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(asked.body),
        "wsgi.input_terminated": True,
    }
    for name, value in asked.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value.replace(TOKEN, token)
    started: list[Any] = []
    body = b"".join(app(environ, lambda *line: started.append(line)))
    (status, headers), *again = started
    assert not again
    return status, headers, body


@pytest.fixture(scope="module")
def flask_alone(environ: dict[str, str]) -> Application:
    application = assemble(read_settings({**environ, "FAST_PATH": "0"}))
    assert application.load()
    return application


@pytest.mark.parametrize("group", [group for group in GROUPS if group != "login"])
def test_with_it_and_without_it_the_bytes_of_the_contract_are_the_same(
    group: str, flask_alone: Application, token: str
) -> None:
    fast = before_flask(flask_alone.app, flask_alone.exchange, 0)
    rows = GROUPS[group](learn(wsgi(flask_alone), USER, PASSWORD))
    for case in (row for row in rows if isinstance(row, Case)):
        one, other = raw(fast, case.asked, token), raw(flask_alone.app, case.asked, token)
        assert (case.title, one) == (case.title, other)


@pytest.mark.parametrize("name", MORE)
def test_with_it_and_without_it_odd_requests_are_answered_the_same(
    name: str, flask_alone: Application, token: str
) -> None:
    fast = before_flask(flask_alone.app, flask_alone.exchange, 0)
    assert raw(fast, MORE[name], token) == raw(flask_alone.app, MORE[name], token)


def _no_flask(*_: object) -> Any:
    raise AssertionError("Flask was asked")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/predict", "200 OK"),
        ("/predict_api", "400 BAD REQUEST"),
        ("/models/days/predict", "200 OK"),
        ("/models/line/predict", "400 BAD REQUEST"),
        ("/v2/models/days/infer", None),
        ("/v2/models/days/versions/1.0.0/infer", None),
    ],
)
def test_the_predict_routes_never_reach_flask(
    path: str, status: str | None, flask_alone: Application, token: str
) -> None:
    fast = before_flask(_no_flask, flask_alone.exchange, 0)
    found, _, _ = raw(fast, post(path, {"x": ROW}, AUTH), token)
    assert status in (found, None)


def test_health_never_reaches_flask(flask_alone: Application) -> None:
    fast = before_flask(_no_flask, flask_alone.exchange, 0)
    assert raw(fast, Asked("GET", "/healthz"), "")[::2] == ("200 OK", b'{"status":"alive"}')
    assert raw(fast, Asked("GET", "/readyz"), "")[0] == "200 OK"


def test_flask_is_imported_when_something_needs_it(environ: dict[str, str]) -> None:
    code = (
        "import sys; from inference_app.hosts.assembly import assemble; "
        "from inference_app.settings import read_settings; from io import BytesIO; "
        f"app = assemble(read_settings({environ!r})); assert app.load(); "
        "ask = lambda path: app.app({'REQUEST_METHOD': 'GET', 'PATH_INFO': path, 'SERVER_NAME': 'a', "
        "'SERVER_PORT': '80', 'wsgi.url_scheme': 'http', 'wsgi.input': BytesIO(), "
        "'wsgi.input_terminated': True}, lambda *_: None); "
        "there = lambda: [name in sys.modules for name in ('flask', 'werkzeug', 'jinja2')]; "
        "ask('/healthz'); print(there()); ask('/models'); print(there())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["[False, False, False]", "[True, True, True]"]


def test_the_status_lines_are_flasks() -> None:
    known = {status: f"{status} {words.upper()}" for status, words in HTTP_STATUS_CODES.items()}
    contract = {200, 304, 400, 401, 404, 405, 406, 408, 409, 413, 415, 422, 429, 431, 500, 503}
    assert {status: STATUS_LINES[status] for status in contract} == {s: known[s] for s in contract}


@pytest.mark.parametrize(
    "asked",
    [
        Asked("HEAD", "/healthz"),
        Asked("GET", "//readyz"),
        Asked("GET", "/predict"),
        post("/login", {}),
        post("/models/a/b/predict", {}),
        post("/pre", {}),
    ],
)
def test_everything_else_is_flasks(asked: Asked, flask_alone: Application, token: str) -> None:
    fast = before_flask(_no_flask, flask_alone.exchange, 0)
    with pytest.raises(AssertionError, match="Flask was asked"):
        raw(fast, asked, token)


def test_a_body_whose_end_the_host_does_not_know_is_flasks(flask_alone: Application) -> None:
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/predict", "wsgi.input": BytesIO(b"")}
    with pytest.raises(AssertionError, match="Flask was asked"):
        before_flask(_no_flask, flask_alone.exchange, 0)(environ, lambda *_: lambda _: None)


def test_a_fault_of_its_own_is_the_contracts_object(token: str) -> None:
    class Broken:
        def __call__(self, _: object) -> Any:
            raise OSError("the disk is gone")

    broken: Any = Broken()
    status, headers, body = raw(before_flask(_no_flask, broken, 0), post("/predict", {}), token)
    assert status == "500 INTERNAL SERVER ERROR"
    assert b'"code":"internal_error"' in body
    assert ("Content-Length", str(len(body))) in headers


def test_the_switch_takes_it_out(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference_app.hosts.fast_path.before_flask", lambda *_: _no_flask)
    assert assemble(read_settings(environ)).app is _no_flask
    assert assemble(read_settings({**environ, "FAST_PATH": "0"})).app is not _no_flask


@pytest.fixture(scope="module")
def in_threads(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server that answers nothing in place."""
    with running({**environ, "IN_PLACE": "0"}, tmp_path_factory.mktemp("threads") / "log") as (_, port):
        yield port


SHORT = {
    "a row": (b"/predict", b'{"x":[1,2,3,4]}', b""),
    "a class as a string": (b"/predict_api", b'{"data":[1,2,3,4]}', b""),
    "another model": (b"/models/line/predict", b'{"x":[3]}', b"X-Two: 1\r\nX-Two: 2\r\n"),
    "a refusal": (b"/predict", b'{"x":[1,2,3]}', b""),
    "no JSON": (b"/predict", b"{", b""),
    "a query": (b"/predict?a=1", b'{"x":[1,2,3,4]}', b""),
    "another model, wrong form": (b"/models/days/infer", b"{}", b""),
    "inference": (b"/v2/models/days/infer", b'{"inputs":[]}', b""),
    "the last one": (b"/predict", b'{"x":[1,2,3,4]}', b"Connection: close\r\n"),
}


def test_what_is_answered_in_place_has_the_bytes_of_a_thread(
    server: tuple[object, int, object], in_threads: int, token: str
) -> None:
    authorized = b"Authorization: Bearer " + token.encode() + b"\r\n"
    for name, (path, body, more) in SHORT.items():
        for authorization in (authorized, b"", b"Authorization: Bearer a.b.c\r\n"):
            asked = (
                b"POST " + path + b" HTTP/1.1\r\nHost: a\r\nX-Request-Id: in-place-0001\r\n" + authorization
                + b"Content-Type: application/json\r\n" + more
                + b"Content-Length: %d\r\n\r\n" % len(body) + body
            )  # fmt: skip
            answers = [_on_the_wire(port, asked) for port in (server[1], in_threads)]
            assert answers[0] == answers[1], name


@pytest.mark.parametrize("host", ["waitress", "granian"])
def test_who_comes_with_a_new_key_is_answered_once_it_was_read(
    host: str, environ: dict[str, str], tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(keys_json())
    with running({**environ, "SIGNING_KEYS": str(keys), "SERVER": host}, tmp_path / "log") as (_, port):
        keys.write_text(keys_json("k3", k2=KEY_2, k3=b"3" * 40))
        now = int(time.time())
        claims = {"iss": "spot-inference", "aud": "spot-inference", "sub": USER, "iat": now, "exp": now + 60}
        token = jwt.encode(claims, b"3" * 40, headers={"kid": "k3"})
        body = b'{"x":[0,1,0,25.5]}'
        head = f"POST /predict HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n"
        framing = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        assert _on_the_wire(port, (head + framing).encode() + body).startswith(b"HTTP/1.1 200 ")


def _on_the_wire(port: int, asked: bytes) -> bytes:
    """The bytes that come back for `asked`, but for the date."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(asked)
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        (length,) = map(int, re.findall(rb"(?i)Content-Length: (\d+)", head))
        while len(body) < length:
            body += connection.recv(65536)
        return re.sub(rb"Date: [^\r]+", b"Date:", head) + b"\r\n\r\n" + body
