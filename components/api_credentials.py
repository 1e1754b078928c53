"""ApiCredentials: generated signing keys and passwords, kept in Secrets Manager and in no output."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws
import pulumi_random as random

from .base.arguments import Arguments
from .base.children import Children, outputs_of, token
from .base.names import check_name

# Secrets Manager allows 512 characters.
NAME_LIMIT, INITIAL_PASSWORDS = 512, "-initial-passwords"
# What the application accepts as a user's name and as a key's id.
USER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._@-]{0,127}")
KEY_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
PASSWORD_LENGTH, SALT_LENGTH = 32, 16
KEY_BYTES = 32
# scrypt's cost: 32 MiB and about a tenth of a second for one password.
COST, BLOCK_SIZE, PARALLEL = 32768, 8, 1


class ApiCredentialsArgs(TypedDict):
    """Who may log in and which keys sign the tokens; one generated value belongs to each name."""

    users: NotRequired[list[str] | None]
    """Names that may log in, each with a generated password; a new one changes none. Default: ["demo"]."""
    signing_key_ids: NotRequired[list[str] | None]
    """Keys that tokens are accepted from; the last one signs. To rotate add one at the end, and remove the
    oldest when its last token has expired. Default: ["k1"]."""
    recovery_window_days: NotRequired[int | None]
    """Days in which a deleted secret can be restored, 7 to 30, or 0: it is gone at once. Default: 30."""
    protect: NotRequired[bool | None]
    """Whether Pulumi refuses to delete the three secrets. Default: false."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]] | None]
    """Further tags of everything that is made. Default: none."""


class ApiCredentials(pulumi.ComponentResource):
    """Three secrets: the key ring that signs tokens, the users' password hashes, and their initial passwords.

    The application may read the first two. The third is for people: `login_command` says how.
    """

    signing_keys_arn: pulumi.Output[str]
    """Secret with the key ring, {"current": id, "keys": {id: base64}}."""
    users_arn: pulumi.Output[str]
    """Secret with the users' password hashes, {name: hash}."""
    initial_passwords_arn: pulumi.Output[str]
    """Secret with the generated passwords, {name: password}; no role of a service may read it."""
    login_command: pulumi.Output[str]
    """Command of the AWS CLI that prints the generated passwords as JSON, {name: password}."""

    def __init__(
        self, name: str, args: ApiCredentialsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        arguments = Arguments(f"ApiCredentials '{name}'", args, ApiCredentialsArgs)
        check_name(arguments, name, INITIAL_PASSWORDS, NAME_LIMIT)
        users = _names(arguments, "users", USER, ["demo"])
        key_ids = _names(arguments, "signing_key_ids", KEY_ID, ["k1"])
        recovery_days = arguments.whole("recovery_window_days", 30, choices=(0, *range(7, 31)))
        protect = arguments.flag("protect")
        tags = arguments.mapping("tags")
        arguments.check()
        super().__init__(token("ApiCredentials"), name, {}, opts)
        self._children = Children(self, name, tags)
        # Not `_protect`: by that name pulumi would protect every child, and a key could not be rotated out.
        self._recovery_days, self._protect_secrets = recovery_days, protect

        keys = {key_id: self._generate_key(key_id) for key_id in key_ids}
        generated = {user: self._generate_password(user) for user in users}
        self.signing_keys_arn = self._keep(
            "-signing-keys",
            "Keys that sign and check the service's tokens",
            pulumi.Output.all(**keys).apply(lambda known: {"current": key_ids[-1], "keys": known}),
        )
        self.users_arn = self._keep(
            "-users",
            "Salted password hashes of the users",
            pulumi.Output.all(**generated).apply(lambda known: _each(known, password_hash)),
        )
        self.initial_passwords_arn = self._keep(
            INITIAL_PASSWORDS,
            "Generated passwords of the users, for people to read",
            pulumi.Output.all(**generated).apply(lambda known: _each(known, password)),
        )
        self.login_command = self.initial_passwords_arn.apply(login_command)
        self.register_outputs(outputs_of(self))

    def _generate_key(self, key_id: str) -> pulumi.Output[str]:
        return random.RandomBytes(
            f"{self._children.name}-key-{key_id}", length=KEY_BYTES, opts=self._children.options()
        ).base64

    def _generate_password(self, user: str) -> pulumi.Output[str]:
        """Password and salt in one value: a user is one resource, the hash is the same in every run."""
        return random.RandomPassword(
            f"{self._children.name}-password-{user}",
            length=PASSWORD_LENGTH + SALT_LENGTH,
            special=False,
            opts=self._children.options(),
        ).result

    def _keep(self, part: str, description: str, content: pulumi.Output[Any]) -> pulumi.Output[str]:
        """A secret with this content; its ARN, known once the content is there."""
        name = f"{self._children.name}{part}"
        secret = aws.secretsmanager.Secret(
            name,
            description=description,
            recovery_window_in_days=self._recovery_days,
            tags=self._children.tags,
            opts=self._children.options(protect=self._protect_secrets),
        )
        version = aws.secretsmanager.SecretVersion(
            name,
            secret_id=secret.arn,
            secret_string=content.apply(lambda value: json.dumps(value, sort_keys=True)),
            opts=self._children.options(),
        )
        # What goes in comes out: in a preview it stays known where the content changes, unlike the ARN.
        return version.secret_id


def password(generated: str) -> str:
    """The part of a generated value that the user types."""
    return generated[:PASSWORD_LENGTH]


def password_hash(generated: str) -> str:
    """The salted scrypt hash of the password, as werkzeug's `check_password_hash` reads it."""
    salt = generated[PASSWORD_LENGTH:]
    digest = hashlib.scrypt(
        password(generated).encode("ascii"),
        salt=salt.encode("ascii"),
        n=COST,
        r=BLOCK_SIZE,
        p=PARALLEL,
        maxmem=132 * COST * BLOCK_SIZE * PARALLEL,
        dklen=64,
    )
    return f"scrypt:{COST}:{BLOCK_SIZE}:{PARALLEL}${salt}${digest.hex()}"


def login_command(secret_arn: str) -> str:
    """How a person with the right to do so reads the passwords; the region stands in the ARN."""
    region = secret_arn.split(":")[3]
    return (
        f"aws secretsmanager get-secret-value --region {region} --secret-id {secret_arn}"
        " --query SecretString --output text"
    )


def _each(values: Mapping[str, str], change: Any) -> dict[str, str]:
    return {name: change(value) for name, value in values.items()}


def _names(arguments: Arguments, key: str, form: re.Pattern[str], default: list[str]) -> list[str]:
    names = arguments.texts(key, default)
    if not names or not all(form.fullmatch(name) for name in names):
        arguments.refuse(key, f"one or more names of the form {form.pattern}")
    return names
