"""The door in a function: pings, broken events, freshness without threads, the real client."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from inference_app.hosts import lambda_handler
from inference_app.hosts.assembly import REFRESH_SECONDS, Application, assemble
from inference_app.hosts.lambda_handler import AGAIN_SECONDS, load_at_init, make_handler
from inference_app.settings import read_settings
from tests.app.support.clock import Clock
from tests.app.support.doors import Asked, alb, http_v2, rest_v1
from tests.app.support.environment import KEY_2, environment, keys_json
from tests.app.support.process import start
from tests.app.support.runtime_api import RuntimeApi

PINGS: list[dict[str, Any]] = [
    {"version": "0", "detail-type": "Scheduled Event", "source": "aws.events", "detail": {}},
    {"version": "0", "detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": "{}"},
]


@pytest.fixture
def frozen(environ: dict[str, str], clock: Clock) -> Application:
    loaded = assemble(read_settings(environ), clock=clock)
    assert loaded.load()
    return loaded


@pytest.mark.parametrize("ping", PINGS, ids=lambda ping: ping["source"])
def test_a_ping_is_answered_before_anything_else(ping: dict[str, Any], environ: dict[str, str]) -> None:
    nothing_loaded = assemble(read_settings(environ))
    assert make_handler(nothing_loaded)(ping, None) == {"statusCode": 204}
    assert nothing_loaded.services.keys.current() is None


@pytest.mark.parametrize(
    "event",
    [
        {}, None, [], "x", {"version": "2.0"}, {"version": "2.0", "rawPath": "/", "requestContext": {}},
        {"version": "3.0"}, {"path": "/"}, {"httpMethod": "GET"}, {"source": "aws.events"},
        rest_v1(Asked("POST", "/login")) | {"body": "%%%", "isBase64Encoded": True},
        http_v2(Asked("POST", "/login")) | {"body": "\ud800"},
    ],
    ids=str,
)  # fmt: skip
def test_an_event_that_is_no_http_request_is_a_400_and_not_an_error_of_the_function(
    event: Any, frozen: Application
) -> None:
    result = make_handler(frozen)(event, None)
    assert result["statusCode"] == 400
    assert json.loads(result["body"])["code"] == "malformed_request"


def test_an_event_with_characters_that_a_gateway_decoded_is_answered(frozen: Application) -> None:
    handle = make_handler(frozen)
    for shape in (rest_v1, http_v2, alb):
        event = shape(Asked("GET", "/")) | {
            "path": "/é\u20ac",
            "rawPath": "/é\u20ac",
            "rawQueryString": "input=é\u20ac",
        }
        assert handle(event, None)["statusCode"] == 404


def test_the_throttle_sees_the_address_that_the_gateway_saw(
    frozen: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = make_handler(frozen)
    seen: list[str] = []
    monkeypatch.setattr(frozen.services.throttle, "check", lambda _, address: seen.append(address))
    body = b'{"username":"demo","password":"no"}'
    forged = {"Content-Type": "application/json", "X-Forwarded-For": "10.9.8.7"}
    for shape in (rest_v1, http_v2, alb):
        assert handle(shape(Asked("POST", "/login", headers=forged, body=body)), None)["statusCode"] == 401
    assert seen == ["203.0.113.7"] * 3


def test_keys_and_users_are_read_again_at_the_start_of_an_invocation_once_they_are_stale(
    tmp_path: Path, releases: list[dict[str, str]], clock: Clock
) -> None:
    application = assemble(read_settings(environment(tmp_path, releases)), clock=clock)
    assert application.load()
    handle = make_handler(application)
    (tmp_path / "keys.json").write_text(keys_json("k9", k2=KEY_2, k9=b"9" * 32))
    threads = threading.active_count()

    def current() -> str:
        handle(http_v2(Asked("GET", "/healthz")), None)
        keys = application.services.keys.current()
        assert keys is not None
        return keys.current

    clock.now += REFRESH_SECONDS - 1
    assert current() == "k2"
    clock.now += 1
    assert current() == "k9"
    (tmp_path / "keys.json").unlink()
    clock.now += REFRESH_SECONDS
    assert current() == "k9"  # a failed refresh keeps what there is
    assert threading.active_count() == threads


def test_what_was_missing_at_init_is_tried_again_by_invocations_but_not_by_each(
    tmp_path: Path, releases: list[dict[str, str]], clock: Clock
) -> None:
    application = assemble(read_settings(environment(tmp_path, releases)), clock=clock)
    (tmp_path / "users.json").rename(tmp_path / "away")
    load_at_init(application, seconds=0)
    handle = make_handler(application)

    def ready() -> int:
        return int(handle(http_v2(Asked("GET", "/readyz")), None)["statusCode"])

    assert ready() == 503
    (tmp_path / "away").rename(tmp_path / "users.json")
    assert ready() == 503
    clock.now += AGAIN_SECONDS
    assert ready() == 200


def test_importing_the_module_reads_nothing_and_other_names_are_not_there() -> None:
    assert "handler" not in vars(lambda_handler)
    with pytest.raises(AttributeError):
        _ = lambda_handler.nothing


@pytest.fixture(scope="module")
def api() -> Iterator[RuntimeApi]:
    api = RuntimeApi()
    yield api
    api.close()


@pytest.fixture(scope="module")
def runtime(
    environ: dict[str, str], api: RuntimeApi, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[bytes]]:
    log = tmp_path_factory.mktemp("runtime") / "log"
    process = start({**environ, "AWS_LAMBDA_RUNTIME_API": api.address}, log)
    yield process
    process.kill()
    process.wait(5)


def test_the_real_runtime_client_serves_every_shape_of_event(
    runtime: subprocess.Popen[bytes], api: RuntimeApi, bearer: dict[str, str]
) -> None:
    asked = Asked("GET", "/predict", "input=3", bearer)
    shapes: tuple[Callable[[Asked], dict[str, Any]], ...] = (http_v2, rest_v1, alb)
    for shape in shapes:
        kind, result = api.invoke(shape(asked))
        assert (kind, result["statusCode"]) == ("response", 200)
        assert json.loads(result["body"])["prediction"] == pytest.approx([7.0])
    assert api.invoke(PINGS[0]) == ("response", {"statusCode": 204})
    assert dict(api.invoke({})[1])["statusCode"] == 400
    assert runtime.poll() is None


def test_a_wrong_environment_is_reported_as_an_init_error(tmp_path: Path) -> None:
    api = RuntimeApi()
    process = start({"AWS_LAMBDA_RUNTIME_API": api.address, "MODELS": "x"}, tmp_path / "log")
    kind, error = api.posted.get(timeout=10)
    assert (kind, error["errorType"]) == ("error", "SettingsError")
    assert "SIGNING_KEYS is missing" in error["errorMessage"]
    assert process.wait(5) == 1
    api.close()
