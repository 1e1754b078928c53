"""Passwords and keys are generated once, kept as secrets, and never seen in an output."""

import asyncio
import base64
import json
from typing import Any

import pulumi
import pytest
from werkzeug.security import check_password_hash

from components.api_credentials import ApiCredentials, ApiCredentialsArgs, password, password_hash
from local_cloud.recording import Graph
from tests.support.fake_aws import graph_of, refusal

SECRET, VERSION = "aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretVersion:SecretVersion"
PASSWORD, KEY = "random:index/randomPassword:RandomPassword", "random:index/randomBytes:RandomBytes"
PARTS = ("signing-keys", "users", "initial-passwords")


def credentials(args: ApiCredentialsArgs) -> Graph:
    def program() -> None:
        made = ApiCredentials("credentials", args)
        for output in ("signing_keys_arn", "users_arn", "initial_passwords_arn", "login_command"):
            pulumi.export(output, getattr(made, output))

    return graph_of(program)


def content(graph: Graph, part: str) -> Any:
    return json.loads(graph.one(VERSION, f"credentials-{part}").inputs["secretString"])


def test_a_user_logs_in_with_the_initial_password() -> None:
    graph = credentials({"users": ["demo", "ada"]})
    hashes, passwords = content(graph, "users"), content(graph, "initial-passwords")
    assert set(hashes) == set(passwords) == {"demo", "ada"}
    assert {user: check_password_hash(hashes[user], passwords[user]) for user in passwords} == {
        "demo": True,
        "ada": True,
    }
    assert check_password_hash(hashes["demo"], passwords["ada"]) is False


def test_the_hash_is_slow_salted_scrypt() -> None:
    generated = "p" * 32 + "0123456789abcdef"
    method, salt, digest = password_hash(generated).split("$")
    assert (method, salt, len(digest)) == ("scrypt:32768:8:1", "0123456789abcdef", 128)
    assert password(generated) == "p" * 32
    assert password_hash(generated) == password_hash(generated)
    assert password_hash("p" * 32 + "fedcba9876543210").split("$")[2] != digest


def test_the_salt_is_no_part_of_the_password() -> None:
    graph = credentials({})
    salt = content(graph, "users")["demo"].split("$")[1]
    chosen = content(graph, "initial-passwords")["demo"]
    generated = graph.one(PASSWORD).outputs["result"]
    assert chosen + salt == generated
    assert (len(chosen), len(salt)) == (32, 16)


def test_the_last_key_signs_and_all_are_accepted() -> None:
    ring = content(credentials({"signing_key_ids": ["k1", "k2"]}), "signing-keys")
    assert ring["current"] == "k2"
    assert {name: len(base64.b64decode(key)) for name, key in ring["keys"].items()} == {"k1": 32, "k2": 32}
    assert ring["keys"]["k1"] != ring["keys"]["k2"]


def test_a_new_name_changes_no_other() -> None:
    before = credentials({"users": ["demo"], "signing_key_ids": ["k1"]})
    after = credentials({"users": ["ada", "demo"], "signing_key_ids": ["k1", "k2"]})
    for kind in (PASSWORD, KEY):
        old = {resource.name: resource.inputs for resource in before.of_type(kind)}
        new = {resource.name: resource.inputs for resource in after.of_type(kind)}
        assert len(new) == len(old) + 1
        assert old.items() <= new.items()
    assert content(before, "users")["demo"] == content(after, "users")["demo"]


def test_values_are_secret_wherever_they_stand() -> None:
    graph = credentials({})
    assert [graph.one(VERSION, f"credentials-{part}").secrets for part in PARTS] == [{"secretString"}] * 3
    generated = [graph.one(PASSWORD).outputs["result"], graph.one(KEY).outputs["base64"]]
    hidden = [*generated, *(content(graph, part)["demo"] for part in PARTS[1:])]
    elsewhere = [r for r in graph.resources if r.type not in (VERSION, PASSWORD, KEY)]
    seen = repr([(r.inputs, r.outputs) for r in elsewhere]) + repr(graph.exports)
    assert [value for value in hidden if value in seen] == []
    assert graph.secret_exports == set()


def test_the_login_command_can_be_copied() -> None:
    exports = credentials({}).exports
    arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:credentials-initial-passwords-AbCdEf"
    assert exports["initial_passwords_arn"] == arn
    assert exports["login_command"] == (
        f"aws secretsmanager get-secret-value --region eu-central-1 --secret-id {arn}"
        " --query SecretString --output text"
    )


def test_who_uses_a_secret_waits_for_its_content() -> None:
    """The ARN is the version's, told by its input, which a preview knows even where the content changes."""
    graph = credentials({})
    for part, output in zip(PARTS, ("signing_keys_arn", "users_arn", "initial_passwords_arn"), strict=True):
        version, secret = graph.one(VERSION, f"credentials-{part}"), graph.one(SECRET, f"credentials-{part}")
        assert version.inputs["secretId"] == secret.outputs["arn"] == graph.exports[output]

    waits: set[pulumi.Resource] = set()

    async def look(arn: pulumi.Output[str]) -> None:
        waits.update(await arn.resources())

    def program() -> None:
        pulumi.export("looked", asyncio.ensure_future(look(ApiCredentials("credentials", {}).users_arn)))

    graph_of(program)
    assert [type(resource).__name__ for resource in waits] == ["SecretVersion"]


def test_secrets_are_named_by_aws_so_that_a_deleted_one_blocks_no_other() -> None:
    assert [r.name for r in credentials({}).of_type(SECRET) if "name" in r.inputs] == []


@pytest.mark.parametrize(("args", "days"), [({}, 30), ({"recovery_window_days": 0}, 0)])
def test_deleted_secrets_can_be_restored_unless_told_otherwise(args: ApiCredentialsArgs, days: int) -> None:
    found = [resource.inputs["recoveryWindowInDays"] for resource in credentials(args).of_type(SECRET)]
    assert found == [days] * 3


@pytest.mark.parametrize("protect", [True, False])
def test_the_secrets_are_protected_as_wanted_and_a_user_can_still_be_removed(protect: bool) -> None:
    graph = credentials({"protect": protect})
    protected = {resource.name for resource in graph.resources if resource.protect}
    assert protected == ({f"credentials-{part}" for part in PARTS} if protect else set())


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({"users": []}, "users must be one or more names of the form"),
        ({"users": ["a b"]}, "users must be one or more names of the form"),
        ({"users": ["demo", "demo"]}, "users must be a list without repetitions; got ['demo', 'demo']"),
        ({"users": "demo"}, "users must be a list of strings; got 'demo'"),
        ({"signing_key_ids": []}, "signing_key_ids must be one or more names of the form"),
        ({"signing_key_ids": ["k@1"]}, "signing_key_ids must be one or more names of the form"),
        ({"recovery_window_days": 5}, "recovery_window_days must be one of 0, 7, 8"),
    ],
)
def test_what_cannot_be_is_refused(args: Any, problem: str) -> None:
    assert problem in refusal(lambda: ApiCredentials("credentials", args))


def test_a_name_longer_than_that_of_a_secret_is_refused() -> None:
    problem = refusal(lambda: ApiCredentials("c" * 487, {}))
    assert problem.endswith(f"its name must have at most 486 characters; '{'c' * 487}' has 487")
