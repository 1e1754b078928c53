"""What the application says: log lines without secrets, the documents that describe it, who is asking."""

from __future__ import annotations

import io
import json
import logging
import os
import select
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openapi_spec_validator import validate

from inference_app.hosts.slow_start import told_when_slow
from inference_app.models.loaded_model import Prediction
from inference_app.serving.answer import ROUTES
from inference_app.serving.messages import Answer, Predicted, Request
from inference_app.telemetry import logs
from inference_app.telemetry.logs import (
    JsonFormatter,
    TextFormatter,
    log_notes,
    log_request,
    start_logging,
)
from inference_app.telemetry.note import note_of
from inference_app.telemetry.notebook import TOGETHER, Notebook
from inference_app.telemetry.repeats import NoRepeats
from inference_app.telemetry.request_lines import RequestLines
from inference_app.web.client import client_address
from tests.app.support.clock import Clock
from tests.app.support.doors import Asked, Door, over_socket
from tests.app.support.environment import PASSWORD


def test_a_request_is_one_json_line_without_token_password_or_input(
    server: tuple[subprocess.Popen[bytes], int, Path], bearer: dict[str, str]
) -> None:
    _, port, path = server
    ask = over_socket(port)
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
    ask(
        Asked(
            "POST",
            "/predict",
            headers={**bearer, **json_type, "X-Request-Id": "log-test-3"},
            body=b'{"x":[0,1,0,27.1828]}',
        )
    )
    login, predict, post = (line_of(path, f"log-test-{number}") for number in (1, 2, 3))
    assert list(login) == [
        "time",
        "level",
        "message",
        "method",
        "route",
        "status",
        "code",
        "ms",
        "request_id",
    ]
    assert {key: login[key] for key in ("route", "status", "code", "method")} == {
        "route": "/login", "status": 401, "code": "unauthorized", "method": "POST",
    }  # fmt: skip
    assert predict.items() >= {
        "level": "info", "request_id": "log-test-2", "trace_id": "Root=1-2-3", "route": "/predict",
        "status": 200, "model": "line", "version": "1.0.0",
    }.items()  # fmt: skip
    assert predict["ms"] >= 0
    assert abs(datetime.fromisoformat(predict["time"]).timestamp() - time.time()) < 60
    assert post["model"] == "days"
    text = path.read_text()
    for secret in (PASSWORD, "logged-user", "3.1415", "27.1828", bearer["Authorization"].split()[1][:30]):
        assert secret not in text


def line_of(path: Path, request_id: str) -> dict[str, Any]:
    """The only line of that request, once it is written."""
    until = time.monotonic() + 10
    while not (lines := [line for line in path.read_text().splitlines() if request_id in line]):
        assert time.monotonic() < until, f"no line of {request_id}"
        time.sleep(0.02)
    (line,) = lines
    return dict(json.loads(line))


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


@pytest.fixture
def own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What start_logging changes is put back."""
    loggers = [logging.getLogger(name) for name in ("inference", "waitress")]
    before = [(logger, logger.handlers, logger.level, logger.propagate) for logger in loggers]
    monkeypatch.setattr(logs, "_lines", None)
    yield
    for logger, handlers, level, propagate in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        """Yes."""
        return True


PREDICTED = Predicted("m", "1", Prediction(np.array([1.0])))
ASKED = Request("POST", "/models/m/predict", "", {"x-amzn-trace-id": "Root=1"}, b"secret", "1.2.3.4", "r" * 8)
ANSWERED = Answer(200, (), b"secret", "/models/{name}/predict", PREDICTED)


@pytest.mark.usefixtures("own_logging")
def test_a_terminal_gets_text() -> None:
    start_logging("info", out := Terminal())
    logging.getLogger("inference.x").info("hello", extra={"fields": {"ms": 1.5}})
    logging.getLogger("waitress.queue").warning("Task queue depth is 3")
    log_request(ASKED, ANSWERED, 0.00125)
    hello, request = out.getvalue().splitlines()
    assert hello.endswith("info    hello ms=1.5")
    assert request[8:] == (
        " info    POST /models/{name}/predict 200 1.25 ms "
        "model=m version=1 request_id=rrrrrrrr trace_id=Root=1"
    )
    assert TextFormatter().format(record()).count("\n") == 1


ODD = 'a"b\\c\nd\u20ac\ud83d\ude00'


@pytest.mark.usefixtures("own_logging")
@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (ASKED, ANSWERED),
        (
            replace(ASKED, method=ODD, headers={"x-amzn-trace-id": 200 * ODD}),
            replace(ANSWERED, prediction=None),
        ),
        (replace(ASKED, headers={}), Answer(500, (), b"", "", None, "internal_error")),
    ],
)
def test_the_short_way_writes_what_logging_would(asked: Request, answered: Answer, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as short:
        start_logging("info", short)
        note = note_of(asked, answered, 0.0123456)
        log_notes([note])
    start_logging("info", long := io.StringIO())
    log_notes([note])
    assert (tmp_path / "log").read_text() == long.getvalue()
    assert long.getvalue().count("\n") == 1


@pytest.mark.usefixtures("own_logging")
def test_notes_are_worked_up_by_the_thirty_second_by_a_large_one_and_in_time() -> None:
    start_logging("info", out := io.StringIO())
    notebook = Notebook()

    def written() -> int:
        return len(out.getvalue().splitlines())

    for _ in range(TOGETHER - 1):
        notebook.note(ASKED, ANSWERED, 0.001)
    assert written() == 0
    notebook.note(ASKED, ANSWERED, 0.001)
    assert written() == TOGETHER
    large = replace(ANSWERED, prediction=Predicted("m", "1", Prediction(np.zeros(9))))
    notebook.note(ASKED, large, 0.001)
    assert written() == TOGETHER + 1
    notebook.start()
    notebook.note(ASKED, ANSWERED, 0.001)
    until = time.monotonic() + 10
    while written() == TOGETHER + 1:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_lines_are_written_whole_and_so_few_at_once_that_no_other_writer_comes_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writes: list[bytes] = []
    monkeypatch.setattr(os, "write", lambda _, text: writes.append(text))
    notes = [note_of(replace(ASKED, request_id=f"number-{n}"), ANSWERED, 0.001) for n in range(TOGETHER)]
    RequestLines(1).write(notes, lambda _: True)
    assert 1 < len(writes) < TOGETHER
    assert max(map(len, writes)) <= select.PIPE_BUF
    assert [write[-1:] for write in writes] == len(writes) * [b"\n"]
    ids = [json.loads(line)["request_id"] for line in b"".join(writes).splitlines()]
    assert ids == [note.request_id for note in notes]


def test_a_reader_that_went_away_is_no_fault_of_a_request() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    RequestLines(write_end).write([note_of(ASKED, ANSWERED, 0.001)], lambda _: True)
    os.close(write_end)


def test_a_failure_that_repeats_is_one_line_a_minute(clock: Clock) -> None:
    news = NoRepeats(clock)
    failed, another = record(levelno=logging.WARNING), record(levelno=logging.WARNING, name="b")
    assert [news.filter(failed), news.filter(failed), news.filter(another)] == [True, False, True]
    clock.now += 60
    assert [news.filter(failed), news.filter(failed)] == [True, False]
    assert news.filter(record())
    assert news.filter(record())  # what is no failure may repeat


def test_a_slow_start_says_what_it_waits_for(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("inference").propagate = True
    said = threading.Event()
    names = iter([["model days", "the users"]])

    def missing() -> list[str]:
        said.set()
        return next(names, [])

    with caplog.at_level(logging.WARNING, "inference.hosts"):
        with told_when_slow(missing, first_seconds=60):
            pass
        with told_when_slow(missing, first_seconds=0.01):
            assert said.wait(10)
    assert caplog.messages[0] == "not ready after 0 s: waiting for model days, the users"


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
        examples = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"]
        assert examples
        for example in examples.values():
            body = json.dumps(example["value"]).encode()
            assert ask(Asked("POST", path, headers=as_json, body=body)).status == 200
    record = document["components"]["schemas"]["days.rows"]["anyOf"][3]
    assert record["required"] == ["day", "celsius"]
    assert record["properties"]["day"]["enum"] == ["mon", "tue", "wed"]


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
