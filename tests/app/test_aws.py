"""S3 and Secrets Manager for real (moto over HTTP), and the golden values from there, through every door."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import jwt
import pytest
from moto.server import ThreadedMotoServer

from inference_app.errors import SourceError
from inference_app.hosts.assembly import assemble
from inference_app.settings import read_settings
from inference_app.sources.addresses import Addresses
from inference_app.sources.aws import Aws
from tests.app.support.doors import Asked, Door, over_socket, wsgi
from tests.app.support.environment import PASSWORD, USER, keys_json, scrypt
from tests.app.support.process import ROOT, running
from tests.app.support.published import release_of

GOLDEN = {"0": 1009.9768130651476, "3": 1763.0867553206997, "4": 2014.123402739217}
REGION = "eu-central-1"


@pytest.fixture(scope="module")
def aws() -> Iterator[dict[str, str]]:
    """The environment of an AWS of our own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environ = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with pytest.MonkeyPatch.context() as patched:
        for key, value in environ.items():
            patched.setenv(key, value)
        yield environ
    server.stop()


@pytest.fixture(scope="module")
def published(aws: dict[str, str]) -> dict[str, str]:
    """The committed models in a bucket, the list of them beside, the two secrets by ARN."""
    session: Any = boto3.Session(region_name=REGION)
    s3, secrets = session.client("s3"), session.client("secretsmanager")
    s3.create_bucket(Bucket="models", CreateBucketConfiguration={"LocationConstraint": REGION})
    releases = []
    for name in ("gpa_to_sat", "flight_delay"):
        folder = ROOT / "model_artifacts" / name
        release = release_of(folder, f"s3://models/models/{name}/x")
        for file in ("manifest.json", "model.joblib"):
            s3.put_object(Bucket="models", Key=f"models/{name}/x/{file}", Body=(folder / file).read_bytes())
        releases.append(release)
    s3.put_object(Bucket="models", Key="list.json", Body=json.dumps(releases).encode())
    keys = secrets.create_secret(Name="keys", SecretString=keys_json())["ARN"]
    users = secrets.create_secret(Name="users", SecretString=json.dumps({USER: scrypt(PASSWORD)}))["ARN"]
    return {
        **aws,
        "MODELS": "s3://models/list.json",
        "DEFAULT_MODEL": "flight_delay",
        "SIGNING_KEYS": keys,
        "USERS": users,
    }


@pytest.fixture(scope="module")
def committed(
    published: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Door]]:
    log = Path(tmp_path_factory.mktemp("aws")) / "log"
    with running({**published, "MODELS": inline(published)}, log) as (_, port):
        application = assemble(read_settings(published))
        assert application.load()
        yield {
            "a list in S3": wsgi(application),
            "an inline list": over_socket(port),
        }


def inline(published: dict[str, str]) -> str:
    """The list itself, as the smaller services carry it."""
    return Addresses().read_object(published["MODELS"]).decode()


@pytest.fixture(scope="module")
def bearer(committed: dict[str, Door]) -> dict[str, str]:
    body = json.dumps({"username": USER, "password": PASSWORD}).encode()
    reply = committed["an inline list"](
        Asked("POST", "/login", headers={"Content-Type": "application/json"}, body=body)
    )
    return {"Authorization": f"Bearer {json.loads(reply.body)['access_token']}"}


@pytest.mark.parametrize("value", GOLDEN)
def test_a_model_out_of_s3_gives_its_golden_values(
    value: str, committed: dict[str, Door], bearer: dict[str, str]
) -> None:
    for name, ask in committed.items():
        reply = ask(Asked("GET", "/predict", f"input={value}", bearer))
        assert reply.status == 200, (name, reply.body)
        assert json.loads(reply.body)["prediction"] == pytest.approx([GOLDEN[value]], abs=1e-9, rel=0), name


def test_a_rotation_is_seen_on_the_first_token_of_the_new_key(published: dict[str, str]) -> None:
    application = assemble(read_settings(published))
    application.refresh()
    session: Any = boto3.Session(region_name=REGION)
    secrets = session.client("secretsmanager")
    secrets.put_secret_value(SecretId=published["SIGNING_KEYS"], SecretString=keys_json("k3", k3=b"3" * 32))
    try:
        elsewhere = assemble(read_settings(published))
        elsewhere.refresh()
        token = {"Authorization": f"Bearer {elsewhere.services.tokens.issue(USER)}"}
        assert wsgi(application)(Asked("GET", "/models/nope", headers=token)).status != 401
    finally:
        secrets.put_secret_value(SecretId=published["SIGNING_KEYS"], SecretString=keys_json())


def test_a_reload_that_fails_is_the_same_401(
    published: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    application = assemble(read_settings(published))
    application.refresh()
    asked = 0

    def fail() -> None:
        nonlocal asked
        asked += 1
        raise RuntimeError("anything")

    monkeypatch.setattr(application.services.keys, "refresh", fail)
    stranger = jwt.encode({"sub": "x"}, b"3" * 32, "HS256", {"kid": "k7"})
    reply = wsgi(application)(Asked("GET", "/models", headers={"Authorization": f"Bearer {stranger}"}))
    assert (reply.status, asked) == (401, 1)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("address", ["s3://models/nope", "s3://no-such-bucket/a"])
def test_a_missing_object_is_one_line_that_names_the_address(address: str) -> None:
    with pytest.raises(SourceError, match=address) as error:
        Addresses().read_object(address)
    assert "\n" not in str(error.value)


@pytest.mark.usefixtures("aws")
def test_a_missing_secret_is_one_line_that_names_the_arn() -> None:
    with pytest.raises(SourceError, match="nope"):
        Addresses().read_secret(f"arn:aws:secretsmanager:{REGION}:123456789012:secret:nope-AbCdEf")


@pytest.mark.usefixtures("aws")
def test_an_endpoint_that_never_answers_costs_one_read_time_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{hole.getsockname()[1]}")
        source = Aws(connect_seconds=0.2, read_seconds=0.2)
        with pytest.raises(SourceError, match="timeout"):
            source.read_object("s3://models/a")
        hole.setblocking(False)
        hole.accept()[0].close()
        with pytest.raises(BlockingIOError):  # a second try would have come as a second connection
            hole.accept()
