"""Tiny models of every kind of input, an environment of files, the application here, and one server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference_app.hosts.assembly import Application, assemble
from inference_app.settings import read_settings
from tests.app.support.clock import Clock
from tests.app.support.doors import Door, alb, function, http_v2, over_socket, rest_v1, wsgi
from tests.app.support.environment import USER, environment
from tests.app.support.kinds import publish_people, publish_picture, publish_signal, publish_words
from tests.app.support.process import running
from tests.app.support.published import publish_days, publish_line

DOORS = ("wsgi", "rest_v1", "http_v2", "alb", "socket")


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    folder = tmp_path_factory.mktemp("models")
    return [
        publish_line(folder / "line"),
        publish_days(folder / "days"),
        publish_people(folder / "people"),
        publish_picture(folder / "picture"),
        publish_signal(folder / "signal"),
        publish_words(folder / "words"),
    ]


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory, releases: list[dict[str, str]]) -> dict[str, str]:
    return environment(tmp_path_factory.mktemp("secrets"), releases)


@pytest.fixture(scope="session")
def application(environ: dict[str, str]) -> Application:
    loaded = assemble(read_settings(environ))
    assert loaded.load()
    return loaded


@pytest.fixture(scope="session")
def server(
    environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    log = tmp_path_factory.mktemp("server") / "log"
    with running(environ, log) as (process, port):
        yield process, port, log


@pytest.fixture(scope="session")
def doors(application: Application, server: tuple[subprocess.Popen[bytes], int, Path]) -> dict[str, Door]:
    return {
        "wsgi": wsgi(application),
        "rest_v1": function(application, rest_v1),
        "http_v2": function(application, http_v2),
        "alb": function(application, alb),
        "socket": over_socket(server[1]),
    }


@pytest.fixture
def ask(application: Application) -> Door:
    return wsgi(application)


@pytest.fixture(scope="session")
def token(application: Application) -> str:
    return application.services.tokens.issue(USER)


@pytest.fixture(scope="session")
def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="session")
def as_json(bearer: dict[str, str]) -> dict[str, str]:
    return {**bearer, "Content-Type": "application/json"}


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()
