"""The protocol's describing routes: exact documents, who may read them, alike through every door."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from inference_app import __version__
from inference_app.hosts.assembly import Application, assemble
from inference_app.models.store import ModelStore
from inference_app.serving.answer import answer
from inference_app.serving.messages import Request
from inference_app.serving.services import Alone
from inference_app.settings import read_settings
from tests.app.support.doors import Asked, Door, Reply

SERVER = {"name": "spot-inference", "version": __version__, "extensions": ["binary_tensor_data"]}
LINE = {
    "name": "line",
    "versions": ["1.0.0"],
    "platform": "sklearn_joblib",
    "inputs": [{"name": "instances", "datatype": "FP64", "shape": [-1, 1]}],
    "outputs": [{"name": "y", "datatype": "FP64", "shape": [-1]}],
}
DAYS = {
    "name": "days",
    "versions": ["1.0.0"],
    "platform": "sklearn_joblib",
    "inputs": [{"name": "instances", "datatype": "FP64", "shape": [-1, 4]}],
    "outputs": [
        {"name": "warm", "datatype": "INT64", "shape": [-1]},
        {"name": "probability", "datatype": "FP64", "shape": [-1, 2]},
    ],
}
# path → document, with a token
DOCUMENTS: dict[str, Any] = {
    "/v2": SERVER,
    "/v2/health/live": {"live": True},
    "/v2/health/ready": {"live": True, "ready": True},
    "/v2/models/line": LINE,
    "/v2/models/line/versions/1.0.0": LINE,
    "/v2/models/days": DAYS,
    "/v2/models/line/ready": {"name": "line", "ready": True},
    "/v2/models/line/versions/1.0.0/ready": {"name": "line", "ready": True},
}
# name → method, path, whether with a token, status, code of the error
REFUSED: dict[str, tuple[str, str, bool, int, str]] = {
    "no token": ("GET", "/v2/models/line", False, 401, "unauthorized"),
    "no token, no such model": ("GET", "/v2/models/nope", False, 401, "unauthorized"),
    "no token, ready": ("GET", "/v2/models/line/ready", False, 401, "unauthorized"),
    "no token, version": ("GET", "/v2/models/line/versions/1", False, 401, "unauthorized"),
    "no token, infer": ("POST", "/v2/models/line/infer", False, 401, "unauthorized"),
    "no token, wrong method": ("DELETE", "/v2/models/line/infer", False, 401, "unauthorized"),
    "no such model": ("GET", "/v2/models/nope", True, 404, "unknown_model"),
    "no such model, ready": ("GET", "/v2/models/nope/ready", True, 404, "unknown_model"),
    "no such model, infer": ("POST", "/v2/models/nope/infer", True, 404, "unknown_model"),
    "no such version": ("GET", "/v2/models/line/versions/1.0", True, 404, "unknown_version"),
    "no such version, ready": ("GET", "/v2/models/line/versions/2/ready", True, 404, "unknown_version"),
    "no such version, infer": ("POST", "/v2/models/line/versions/2/infer", True, 404, "unknown_version"),
    "wrong method": ("POST", "/v2", False, 405, "method_not_allowed"),
    "wrong method, infer": ("GET", "/v2/models/line/infer", True, 405, "method_not_allowed"),
    "wrong method, metadata": ("POST", "/v2/models/line/versions/1.0.0", True, 405, "method_not_allowed"),
    "nothing there": ("GET", "/v2/models", True, 404, "not_found"),
    "nothing there, no token": ("GET", "/v2/models/line/config", False, 404, "not_found"),
    "an extension that is not served": ("POST", "/v2/repository/index", True, 404, "not_found"),
    "trailing slash": ("GET", "/v2/", False, 404, "not_found"),
    "no name": ("GET", "/v2/models//ready", True, 404, "not_found"),
}


def everywhere(doors: dict[str, Door], asked: Asked) -> Reply:
    """The answer of the WSGI application, which is that of every other door, too."""
    headers = {**asked.headers, "X-Request-Id": "parity-0002"}
    asked = dataclasses.replace(asked, headers=headers)
    answers = {name: door(asked) for name, door in doors.items()}
    expected = answers["wsgi"]
    assert {name: reply.own for name, reply in answers.items()} == dict.fromkeys(answers, expected.own)
    return expected


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_door_describes_server_and_models_alike(
    path: str, doors: dict[str, Door], bearer: dict[str, str]
) -> None:
    reply = everywhere(doors, Asked("GET", path, headers=bearer))
    assert (reply.status, json.loads(reply.body)) == (200, DOCUMENTS[path])
    assert ("x-model" in reply.headers) == path.startswith("/v2/models/")


@pytest.mark.parametrize("name", REFUSED)
def test_every_door_refuses_alike(name: str, doors: dict[str, Door], bearer: dict[str, str]) -> None:
    method, path, with_token, status, code = REFUSED[name]
    reply = everywhere(doors, Asked(method, path, headers=bearer if with_token else {}))
    assert (reply.status, json.loads(reply.body)["code"]) == (status, code)
    assert set(json.loads(reply.body)) == {"error", "code", "request_id"}


def test_a_refused_method_is_told_the_allowed_ones(ask: Door, bearer: dict[str, str]) -> None:
    allowed = {
        path: ask(Asked("PATCH", path, headers=bearer)).headers["allow"]
        for path in ("/v2", "/v2/models/line/ready", "/v2/models/line/infer")
    }
    assert allowed == {
        "/v2": "GET, HEAD",
        "/v2/models/line/ready": "GET, HEAD",
        "/v2/models/line/infer": "POST",
    }


def test_server_and_health_are_told_without_a_token(ask: Door) -> None:
    for path in ("/v2", "/v2/health/live", "/v2/health/ready"):
        assert json.loads(ask(Asked("GET", path)).body) == DOCUMENTS[path]


def get(path: str, token: str) -> Request:
    return Request("GET", path, "", {"authorization": f"Bearer {token}"}, b"", "1.2.3.4", "id-000001")


def test_while_nothing_is_loaded_the_server_lives_and_is_not_ready(environ: dict[str, str]) -> None:
    services = assemble(read_settings(environ)).services
    assert answer(get("/v2/health/live", ""), services).status == 200
    reply = answer(get("/v2/health/ready", ""), services)
    assert (reply.status, reply.code, reply.header("Retry-After")) == (503, "not_ready", "2")


def test_a_model_that_is_not_loaded_is_not_ready(application: Application, token: str) -> None:
    store = ModelStore()
    store.expect(["line"])
    services = dataclasses.replace(application.services, models=store)
    for path in ("/v2/models/line/ready", "/v2/models/line/versions/1.0.0/ready", "/v2/models/line"):
        reply = answer(get(path, token), services)
        assert (reply.status, reply.code, reply.header("Retry-After")) == (503, "not_ready", "2")


def test_a_draining_server_is_not_ready_and_its_models_are(application: Application, token: str) -> None:
    services = dataclasses.replace(application.services, host=Alone(draining=True))
    assert answer(get("/v2/health/ready", token), services).code == "draining"
    assert answer(get("/v2/health/live", token), services).status == 200
    assert answer(get("/v2/models/line/ready", token), services).status == 200
