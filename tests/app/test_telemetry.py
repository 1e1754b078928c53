"""What the application says: log lines without secrets, the documents that describe it, who is asking."""

from __future__ import annotations

import io
import json
import logging
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from inference_app.serving.answer import ROUTES
from inference_app.telemetry.logs import JsonFormatter, TextFormatter, start_logging
from inference_app.web.client import client_address
from tests.app.support.doors import Asked, Door, over_socket
from tests.app.support.environment import PASSWORD


def test_a_request_is_one_json_line_without_token_password_or_input(
    server: tuple[subprocess.Popen[bytes], int, Path], bearer: dict[str, str]
) -> None:
    _, port, path = server
    ask = over_socket(port)
    before = len(path.read_text().splitlines())
    json_type = {"Content-Type": "application/json", "X-Request-Id": "log-test-1"}
    ask(
        Asked(
            "POST",
            "/login",
            headers=json_type,
            body=json.dumps({"username": "logged-user", "password": PASSWORD}).encode(),
        )
    )
    ask(
        Asked(
            "GET",
            "/predict",
            "input=3.1415",
            {**bearer, "X-Amzn-Trace-Id": "Root=1-2-3", "X-Request-Id": "log-test-2"},
        )
    )
    ask(Asked("POST", "/predict", headers={**bearer, **json_type}, body=b'{"x":[0,1,0,27.1828]}'))
    lines = path.read_text().splitlines()[before:]
    login, predict, post = (json.loads(line) for line in lines if '"message": "request"' in line)
    assert (login["route"], login["status"], login["method"], login["request_id"]) == (
        "/login",
        401,
        "POST",
        "log-test-1",
    )
    assert predict.items() >= {
        "level": "info", "request_id": "log-test-2", "trace_id": "Root=1-2-3", "route": "/predict",
        "status": 200, "model": "line", "version": "1.0.0",
    }.items()  # fmt: skip
    assert predict["ms"] >= 0
    assert post["model"] == "days"
    text = "\n".join(lines)
    for secret in (PASSWORD, "logged-user", "3.1415", "27.1828", bearer["Authorization"].split()[1][:30]):
        assert secret not in text


def test_health_is_logged_at_debug_while_it_is_well(ask: Door, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("inference").propagate = True
    with caplog.at_level(logging.INFO, "inference.requests"):
        ask(Asked("GET", "/healthz"))
        assert caplog.records == []
        ask(Asked("GET", "/nope"))
    assert [record.levelname for record in caplog.records] == ["INFO"]


def record(**more: Any) -> logging.LogRecord:
    made = logging.LogRecord("inference.x", logging.INFO, "", 0, "hello %s", ("you\nthere",), None)
    made.__dict__.update(more)
    return made


def test_a_line_stays_one_line_whatever_is_in_it() -> None:
    line = JsonFormatter().format(record(fields={"route": "/a\n", "ms": 1.5}))
    assert "\n" not in line
    assert json.loads(line)["message"] == "hello you\nthere"
    assert json.loads(line)["ms"] == 1.5


def test_a_terminal_gets_text() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    loggers = [logging.getLogger(name) for name in ("inference", "waitress")]
    before = [(logger, logger.handlers, logger.level, logger.propagate) for logger in loggers]
    try:
        start_logging("info", out := Terminal())
        logging.getLogger("inference.x").info("hello", extra={"fields": {"ms": 1.5}})
        logging.getLogger("waitress.queue").warning("Task queue depth is 3")
        assert out.getvalue().endswith("info    hello ms=1.5\n")
        assert "queue" not in out.getvalue()
    finally:
        for logger, handlers, level, propagate in before:
            logger.handlers, logger.propagate = handlers, propagate
            logger.setLevel(level)
    assert TextFormatter().format(record()).count("\n") == 1


def test_the_generic_document_tells_no_name_of_a_model_or_an_input(ask: Door) -> None:
    reply = ask(Asked("GET", "/openapi.json"))
    document = json.loads(reply.body)
    validate(document)
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {route.path for route in ROUTES}
    for route in ROUTES:
        assert {method.upper() for method in document["paths"][route.path] if method != "parameters"} == set(
            route.handlers
        )
    for name in (b"celsius", b"day_mon", b"days", b"line"):
        assert name not in reply.body


def test_with_a_token_the_document_holds_every_model_and_an_example_that_works(
    ask: Door, as_json: dict[str, str]
) -> None:
    document = json.loads(ask(Asked("GET", "/openapi.json", headers=as_json)).body)
    validate(document)
    for name in ("line", "days"):
        path = f"/models/{name}/predict"
        example = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]
        assert ask(Asked("POST", path, headers=as_json, body=json.dumps(example).encode())).status == 200
    rows = document["paths"]["/models/days/predict"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    shapes = rows["properties"]["instances"]["items"]["oneOf"]
    assert shapes[2]["required"] == ["day", "celsius"]
    assert shapes[2]["properties"]["day"]["enum"] == ["mon", "tue", "wed"]


FORWARDED = {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 7.7.7.7,203.0.113.7"}


@pytest.mark.parametrize(
    ("environ", "hops", "address"),
    [
        (FORWARDED, 0, "10.0.0.9"),
        (FORWARDED, 1, "203.0.113.7"),
        ({"REMOTE_ADDR": "10.0.0.9"}, 1, "10.0.0.9"),
        ({**FORWARDED, "apig_wsgi.request_context": {"http": {"sourceIp": "1.1.1.1"}}}, 0, "1.1.1.1"),
        ({**FORWARDED, "apig_wsgi.request_context": {"identity": {"sourceIp": "2.2.2.2"}}}, 1, "2.2.2.2"),
        ({**FORWARDED, "apig_wsgi.request_context": {"elb": {}}}, 0, "203.0.113.7"),
    ],
)
def test_the_address_is_the_one_that_someone_we_trust_has_seen(
    environ: dict[str, Any], hops: int, address: str
) -> None:
    assert client_address(environ, hops) == address
