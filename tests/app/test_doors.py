"""Every request of the contract through every door: status, own headers and body are equal."""

from __future__ import annotations

import json
import re

import pytest

from tests.app.support.doors import Asked, Door

TOKEN = "{token}"
JSON = {"Content-Type": "application/json"}
AUTH = {"Authorization": f"Bearer {TOKEN}"}
BOTH = {**AUTH, **JSON}
ROW = [0.0, 1.0, 0.0, 25.0]


def post(path: str, document: object, headers: dict[str, str] = BOTH) -> Asked:
    return Asked("POST", path, headers=headers, body=json.dumps(document).encode())


# name → request, status, code of the error or None
REQUESTS: dict[str, tuple[Asked, int, str | None]] = {
    "index": (Asked("GET", "/"), 200, None),
    "alive": (Asked("GET", "/healthz"), 200, None),
    "alive by HEAD": (Asked("HEAD", "/healthz"), 200, None),
    "ready": (Asked("GET", "/readyz"), 200, None),
    "openapi, generic": (Asked("GET", "/openapi.json"), 200, None),
    "openapi, complete": (Asked("GET", "/openapi.json", headers=AUTH), 200, None),
    "openapi, bad token": (Asked("GET", "/openapi.json", headers={"Authorization": "Bearer no"}), 200, None),
    "models": (Asked("GET", "/models", headers=AUTH), 200, None),
    "models, no token": (Asked("GET", "/models"), 401, "unauthorized"),
    "one model": (Asked("GET", "/models/line", headers=AUTH), 200, None),
    "one model, unknown": (Asked("GET", "/models/nope", headers=AUTH), 404, "unknown_model"),
    "one model, no token": (Asked("GET", "/models/nope"), 401, "unauthorized"),
    "predict by query": (Asked("GET", "/predict", "input=3", AUTH), 200, None),
    "lower-case header": (
        Asked("GET", "/predict", "input=3", {"authorization": f"bearer {TOKEN}"}),
        200,
        None,
    ),
    "query above the range": (Asked("GET", "/predict", "input=4.5", AUTH), 400, "invalid_input"),
    "query with underscore": (Asked("GET", "/predict", "input=1_0", AUTH), 400, "invalid_input"),
    "query with NaN": (Asked("GET", "/predict", "input=nan", AUTH), 400, "invalid_input"),
    "query with exponent": (Asked("GET", "/predict", "input=1e0", AUTH), 400, "invalid_input"),
    "query percent-encoded": (Asked("GET", "/predict", "input=%33", AUTH), 200, None),
    "query empty": (Asked("GET", "/predict", "input=", AUTH), 400, "invalid_input"),
    "query missing": (Asked("GET", "/predict", "", AUTH), 400, "invalid_input"),
    "GET with a body": (Asked("GET", "/predict", "", BOTH, json.dumps({"x": ROW}).encode()), 200, None),
    "query and body": (Asked("GET", "/predict", "input=3", BOTH, b'{"x":[3]}'), 400, "invalid_input"),
    "instances": (post("/predict", {"instances": [ROW, ROW]}), 200, None),
    "data": (post("/predict", {"data": ROW}), 200, None),
    "x": (post("/predict", {"x": ROW}), 200, None),
    "record of inputs": (
        post("/predict", {"day_mon": 0, "day_tue": 1, "day_wed": 0, "celsius": 25}),
        200,
        None,
    ),
    "record of choices": (post("/predict", {"instances": [{"day": "tue", "celsius": 25}]}), 200, None),
    "record, mixed": (post("/predict", {"day": "tue", "day_mon": 0, "celsius": 25}), 400, "invalid_input"),
    "named model": (post("/models/line/predict", {"instances": [[0], [3.5]]}), 200, None),
    "named model, unknown": (post("/models/nope/predict", {"x": [1]}), 404, "unknown_model"),
    "charset": (
        post("/predict", {"x": ROW}, {**AUTH, "Content-Type": "Application/JSON; charset=UTF-8"}),
        200,
        None,
    ),
    "class as a string": (post("/predict_api", {"data": ROW}), 200, None),
    "class, other form": (post("/predict_api", {"x": ROW}), 400, "invalid_input"),
    "too short": (post("/predict", {"data": ROW[:3]}), 400, "invalid_input"),
    "a boolean": (post("/predict", {"data": [True, 0, 0, 1]}), 400, "invalid_input"),
    "a string": (post("/predict", {"data": ["1", 0, 0, 1]}), 400, "invalid_input"),
    "not JSON": (Asked("POST", "/predict", headers=BOTH, body=b"{"), 400, "invalid_json"),
    "NaN": (Asked("POST", "/predict", headers=BOTH, body=b'{"data":[NaN]}'), 400, "invalid_json"),
    "not UTF-8": (Asked("POST", "/predict", headers=BOTH, body=b'{"\xff":1}'), 400, "invalid_json"),
    "deep": (Asked("POST", "/predict", headers=BOTH, body=b"[" * 100_000), 400, "invalid_json"),
    "empty body": (Asked("POST", "/predict", headers=BOTH), 400, "invalid_json"),
    "form": (
        Asked(
            "POST",
            "/predict",
            headers={**AUTH, "Content-Type": "application/x-www-form-urlencoded"},
            body=b"a=1",
        ),
        415,
        "unsupported_media_type",
    ),
    "gzip": (
        post("/predict", {"x": ROW}, {**BOTH, "Content-Encoding": "gzip"}),
        415,
        "unsupported_media_type",
    ),
    "body over 1 MiB": (
        Asked("POST", "/predict", headers=BOTH, body=b" " * (1024 * 1024 + 1)),
        413,
        "body_too_large",
    ),
    "too many rows": (post("/models/line/predict", {"instances": [[1]] * 10_001}), 413, "too_many_rows"),
    "wrong method": (Asked("DELETE", "/predict", headers=AUTH), 405, "method_not_allowed"),
    "odd method": (Asked("BREW", "/healthz"), 405, "method_not_allowed"),
    "options": (Asked("OPTIONS", "/login"), 405, "method_not_allowed"),
    "wrong method, no token": (Asked("DELETE", "/predict"), 401, "unauthorized"),
    "bad body, no token": (Asked("POST", "/predict", headers=JSON, body=b"{"), 401, "unauthorized"),
    "malformed token": (
        Asked("GET", "/models", headers={"Authorization": "Bearer a.b.c"}),
        401,
        "unauthorized",
    ),
    "other scheme": (
        Asked("GET", "/models", headers={"Authorization": "Basic ZGVtbzpkZW1v"}),
        401,
        "unauthorized",
    ),
    "long token": (
        Asked("GET", "/models", headers={"Authorization": f"Bearer {'a' * 5000}"}),
        401,
        "unauthorized",
    ),
    "unknown path": (Asked("GET", "/nope"), 404, "not_found"),
    "unknown path, token": (Asked("GET", "/nope", headers=AUTH), 404, "not_found"),
    "metrics": (Asked("GET", "/metrics"), 404, "not_found"),
    "trailing slash": (Asked("GET", "/predict/", headers=AUTH), 404, "not_found"),
    "odd path": (Asked("GET", "/%ff%00/..;/predict"), 404, "not_found"),
    "double slash": (Asked("GET", "//healthz"), 200, None),
    "login, wrong pair": (post("/login", {"username": "demo", "password": "no"}, JSON), 401, "unauthorized"),
    "login, no password": (post("/login", {"username": "demo"}, JSON), 400, "invalid_input"),
    "login, half a pair": (
        Asked("POST", "/login", headers=JSON, body=b'{"username":"demo","password":"\\ud800"}'),
        400,
        "invalid_input",
    ),
    "login, form": (
        Asked("POST", "/login", headers={"Content-Type": "text/plain"}, body=b"a"),
        415,
        "unsupported_media_type",
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_every_door_gives_the_same_answer(name: str, doors: dict[str, Door], token: str) -> None:
    asked, status, code = REQUESTS[name]
    headers = {key: value.replace(TOKEN, token) for key, value in asked.headers.items()}
    asked = Asked(
        asked.method, asked.path, asked.query, {**headers, "X-Request-Id": "parity-0001"}, asked.body
    )
    answers = {door: ask(asked) for door, ask in doors.items()}
    expected = answers["wsgi"]
    assert expected.status == status
    assert expected.headers["x-request-id"] == "parity-0001"
    if code is not None:
        assert set(json.loads(expected.body)) == {"error", "code", "request_id"}
        assert json.loads(expected.body)["code"] == code
    assert {door: reply.own for door, reply in answers.items()} == dict.fromkeys(answers, expected.own)


def test_flask_never_answers_by_itself(doors: dict[str, Door]) -> None:
    for path in ("", "//", "//predict", "/predict//", "/models//predict", "/models/line/"):
        reply = doors["wsgi"](Asked("GET", path))
        assert reply.status in (200, 401, 404), path
        assert reply.headers["content-type"] == "application/json"


def test_login_gives_a_token_that_every_other_door_takes(doors: dict[str, Door]) -> None:
    body = b'{"username":"demo","password":"correct horse"}'
    for name, ask in doors.items():
        reply = ask(Asked("POST", "/login", headers=JSON, body=body))
        assert reply.status == 200, name
        document = json.loads(reply.body)
        assert (document["token_type"], document["expires_in"]) == ("Bearer", 3600)
        for other, ask_other in doors.items():
            headers = {"Authorization": f"Bearer {document['access_token']}"}
            answer = ask_other(Asked("GET", "/predict", "input=3", headers))
            assert (other, answer.status) == (other, 200)
            assert json.loads(answer.body)["prediction"] == pytest.approx([7.0], abs=1e-9)
            assert re.fullmatch(r"line;1\.0\.0;[0-9a-f]{12}", answer.headers["x-model"])
