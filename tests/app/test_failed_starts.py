"""Every way to fail at start, on both hosts: ONE line that names what and the way out, and no traceback.

A server and a function's runtime client run for real against an AWS that refuses, or never answers.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.app.support.environment import environment
from tests.app.support.process import free_port, start
from tests.app.support.published import publish_days, publish_line, release_of
from tests.app.support.runtime_api import RuntimeApi

HOSTS = ("server", "function")
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret"
TWICE = 2  # what fails has been tried again by then


class RefusingAws:
    """Answers S3 by the bucket's name and Secrets Manager by the secret's, each with an error."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fake.asked.append(self.path)
                code = "NoSuchBucket" if "gone" in self.path else "AccessDenied"
                text = f"<Error><Code>{code}</Code><Message>What AWS says</Message></Error>"
                self._send(404 if code == "NoSuchBucket" else 403, text.encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                code = "ResourceNotFoundException" if "gone" in body else "AccessDeniedException"
                self._send(400, json.dumps({"__type": code, "message": "What AWS says"}).encode())

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture(scope="module")
def refusing() -> Iterator[RefusingAws]:
    fake = RefusingAws()
    yield fake
    fake.server.shutdown()
    fake.server.server_close()


def with_aws(address: str) -> dict[str, str]:
    """The environment that leads every call to `address`."""
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextlib.contextmanager
def started(host: str, environ: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server, or a function's runtime client, with `environ`; killed at the end."""
    api = RuntimeApi()
    where = {"PORT": str(free_port())} if host == "server" else {"AWS_LAMBDA_RUNTIME_API": api.address}
    process = start({**environ, **where}, log)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
        api.close()


def wait_for(log: Path, *patterns: str, seconds: float = 30) -> list[str]:
    """The messages of `log` once each pattern is in it."""
    until = time.monotonic() + seconds
    while True:
        text = log.read_text()
        missing = [pattern for pattern in patterns if not re.search(pattern, text)]
        if not missing:
            assert "Traceback" not in text
            return [json.loads(line)["message"] for line in text.splitlines() if line.startswith("{")]
        assert time.monotonic() < until, f"{missing} not in {text}"
        time.sleep(0.05)


@pytest.mark.parametrize("host", HOSTS)
def test_each_failure_is_one_line_that_names_what_and_the_way_out(
    host: str, refusing: RefusingAws, tmp_path: Path
) -> None:
    other_bytes = publish_line(tmp_path / "other_bytes", name="other-bytes")
    (tmp_path / "other_bytes" / "model.joblib").write_bytes(b"something else")
    other_answers = publish_days(
        tmp_path / "other_answers",
        name="other-answers",
        examples=[{"instance": [0.0, 1.0, 0.0, 25.0], "prediction": 0}],
    )
    somewhere = release_of(tmp_path / "other_bytes")
    releases = [
        {**somewhere, "name": "gone", "uri": "s3://gone/models/m"},
        {**somewhere, "name": "denied", "uri": "s3://denied/models/m"},
        other_bytes,
        other_answers,
    ]
    environ = environment(tmp_path / "secrets", releases, default="gone")
    environ |= {"SIGNING_KEYS": f"{ARN}:keys-gone", "USERS": f"{ARN}:users-denied", "LOG_LEVEL": "warning"}
    log = tmp_path / "log"
    refusing.asked.clear()
    with started(host, environ | with_aws(refusing.address), log):
        until = time.monotonic() + 60
        while sum("gone" in path for path in refusing.asked) <= TWICE:
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        messages = [message for message in wait_for(log, "denied") if "not ready" not in message]
    expected = (
        ("model gone cannot be read yet: s3://gone/models/m/manifest.json: ",
         "(there is no such bucket: `pulumi up` makes it, or correct MODELS)"),
        ("model denied cannot be read yet: s3://denied/models/m/manifest.json: ",
         "(the role of this task or function may not read it: allow s3:GetObject on it "
         "(and kms:Decrypt, where a key of yours encrypts it))"),
        (f"model other-bytes is refused: {tmp_path}/other_bytes/model.joblib: sha256 ",
         "(deploy the model again, with the artifact and the manifest of one training)"),
        ("model other-answers is refused: other-answers: self-test, example 0: 0 expected, 1 predicted",
         "(deploy the model again, with the artifact and the manifest of one training)"),
        (f"the signing keys cannot be read now: {ARN}:keys-gone: ",
         "(there is no such secret: `pulumi up` makes it, or correct its ARN)"),
        (f"the users cannot be read now: {ARN}:users-denied: ",
         "allow secretsmanager:GetSecretValue on it (and kms:Decrypt, where a key of yours encrypts it))"),
    )  # fmt: skip
    for start_of_line, end_of_line in expected:
        (line,) = [message for message in messages if message.startswith(start_of_line)]
        assert line.endswith(end_of_line)
    assert len(messages) == len(expected)


@pytest.mark.parametrize("host", HOSTS)
def test_an_s3_that_never_answers_is_told_while_it_is_waited_for_and_when_it_has_timed_out(
    host: str, tmp_path: Path
) -> None:
    release = {**publish_line(tmp_path / "line"), "uri": "s3://models/m"}
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen()
        address = f"http://127.0.0.1:{hole.getsockname()[1]}"
        environ = environment(tmp_path / "secrets", [release], default="line") | with_aws(address)
        log = tmp_path / "log"
        with started(host, environ, log):
            messages = wait_for(log, "not ready after 3 s", "cannot be read yet")
    assert "not ready after 3 s: waiting for model line" in messages
    (line,) = [message for message in messages if "cannot be read yet" in message]
    assert line.startswith("model line cannot be read yet: s3://models/m/manifest.json: Read timeout on ")
    assert line.endswith("the security group an outgoing rule for port 443)")


def test_a_wrong_environment_of_a_function_is_one_line_and_its_init_error(tmp_path: Path) -> None:
    api = RuntimeApi()
    process = start({"AWS_LAMBDA_RUNTIME_API": api.address, "MODELS": "x"}, tmp_path / "log")
    kind, error = api.posted.get(timeout=20)
    assert process.wait(10) == 1
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert line.startswith("inference_app cannot start: ")
    assert "SIGNING_KEYS is missing; USERS is missing" in line
    assert (kind, error["errorType"]) == ("error", "SettingsError")
    assert line == f"inference_app cannot start: {error['errorMessage']}"
    api.close()
