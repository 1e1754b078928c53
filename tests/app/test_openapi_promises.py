"""schemathesis asks a running service for what its OpenAPI document promises, with every check it has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference_app.hosts.assembly import assemble
from inference_app.settings import read_settings
from tests.app.support.environment import USER, environment
from tests.app.support.kinds import publish_picture
from tests.app.support.process import ROOT, running
from tests.app.support.published import publish_days, publish_line

SUPPORT = ROOT / "tests" / "app" / "support"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a service with a table, a line and an image, and a token."""
    folder = tmp_path_factory.mktemp("promises")
    releases = [
        publish_line(folder / "line"),
        publish_days(folder / "days"),
        publish_picture(folder / "picture"),
    ]
    environ = environment(folder / "secrets", releases, TRUSTED_PROXY_HOPS="1", LOG_LEVEL="warning")
    application = assemble(read_settings(environ))
    application.refresh()
    with running(environ, folder / "log") as (_, port):
        yield f"http://127.0.0.1:{port}", application.services.tokens.issue(USER)


def asked(service: tuple[str, str], folder: Path, *options: str) -> str:
    """What `schemathesis run` says; it must end well."""
    url, token = service
    command = [str(Path(sys.executable).with_name("schemathesis"))]
    command += ["--config-file", str(SUPPORT / "schemathesis.toml"), "run", f"{url}/openapi.json"]
    command += ["--header", f"Authorization: Bearer {token}", "--checks", "all", "--seed", "1"]
    command += ["--generation-database", "none", "--continue-on-failure", "--no-color", *options]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.app.support.openapi_hooks"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


def test_examples_and_generated_requests_are_answered_as_the_document_says(
    service: tuple[str, str], tmp_path: Path
) -> None:
    said = asked(service, tmp_path, "--phases", "examples,fuzzing", "--max-examples", "8")
    assert "28 selected / 28 total" in said


def test_every_boundary_is_answered_as_the_document_says(service: tuple[str, str], tmp_path: Path) -> None:
    """Of the models, for the line: each boundary of 10,000 rows of a wide table takes minutes."""
    said = asked(service, tmp_path, "--phases", "coverage", "--exclude-path-regex", "days|picture|^/predict")
    assert "No issues found" in said
