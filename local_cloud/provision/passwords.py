"""Secrets Manager, and pulumi-random: values that are really random and end up in secrets."""

import base64
import secrets
import string
import uuid
from collections.abc import Callable
from typing import Any

from .rules import Kind, Made, Step

SYMBOLS = "!@#$%&*()-_=+[]{}<>:?"  # the provider's own choice
_GROUPS = {
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "numeric": string.digits,
    "special": SYMBOLS,
}
_LEAST = {"lower": "minLower", "upper": "minUpper", "numeric": "minNumeric", "special": "minSpecial"}
_CHARACTERS = {"length", "overrideSpecial", *_GROUPS, *_LEAST.values()}


def _characters(made: Made) -> dict[str, Any]:
    """A text of `length` characters of the wanted groups, with the least number of each."""
    given = made.inputs
    groups = {name: letters for name, letters in _GROUPS.items() if given.get(name, True)}
    if "special" in groups and given.get("overrideSpecial"):
        groups["special"] = given["overrideSpecial"]
    chosen = [
        secrets.choice(groups[name])
        for name, least in _LEAST.items()
        for _ in range(int(given.get(least, 0)))
    ]
    every = "".join(groups.values())
    chosen += [secrets.choice(every) for _ in range(int(given["length"]) - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return {"result": "".join(chosen)}


def _bytes(made: Made) -> dict[str, Any]:
    value = secrets.token_bytes(int(made.inputs["length"]))
    return {"base64": base64.b64encode(value).decode(), "hex": value.hex()}


def _identifier(made: Made) -> dict[str, Any]:
    value = secrets.token_bytes(int(made.inputs["byteLength"]))
    return {"hex": made.inputs.get("prefix", "") + value.hex()}


def _random(
    make: Callable[[Made], dict[str, Any]], inputs: set[str], outputs: tuple[str, ...], id_: str
) -> Kind:
    return Kind(
        Step(names=dict.fromkeys(inputs, ""), run=make),
        id=id_,
        outputs={name: name for name in outputs},
        unused={"keepers": "they only tell Pulumi when to draw again"},
    )


KINDS = {
    # The provider shows no password as an id, and neither does this.
    "random:index/randomPassword:RandomPassword": _random(_characters, _CHARACTERS, ("result",), "'none'"),
    "random:index/randomString:RandomString": _random(_characters, _CHARACTERS, ("result",), "result"),
    "random:index/randomBytes:RandomBytes": _random(_bytes, {"length"}, ("base64", "hex"), "'none'"),
    "random:index/randomId:RandomId": _random(_identifier, {"byteLength", "prefix"}, ("hex",), "hex"),
    "random:index/randomUuid:RandomUuid": _random(
        lambda _: {"result": str(uuid.uuid4())}, set(), ("result",), "result"
    ),
    "aws:secretsmanager/secret:Secret": Kind(
        Step("secretsmanager.create_secret"),
        id="ARN",
        outputs={"arn": "ARN"},
        unused={
            "recoveryWindowInDays": "nothing is destroyed here",
            "forceOverwriteReplicaSecret": "there are no replicas",
        },
        named="name",
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": Kind(
        Step("secretsmanager.put_secret_value"),
        id="join('|', [ARN, VersionId])",
        outputs={"arn": "ARN", "versionId": "VersionId"},
    ),
    "aws:secretsmanager/secretPolicy:SecretPolicy": Kind(
        Step("secretsmanager.put_resource_policy", {"secretArn": "SecretId", "policy": "ResourcePolicy"}),
        id="ARN",
    ),
}
