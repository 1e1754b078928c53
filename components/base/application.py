"""The contract between infrastructure and application: one environment and one set of rights on both hosts.

The environment carries addresses and ARNs only. The application reads artifacts and secrets with its own
role and refreshes them, so neither host's definition holds a secret and a rotation needs no restart.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from .arguments import Arguments
from .policies import Statement, allow

LOG_LEVELS = ("debug", "info", "warning", "error")


class ModelRelease(TypedDict):
    """One model at one version, pinned by the digests of its two files."""

    name: pulumi.Input[str]
    """Name of the model, as it stands in the routes."""
    uri: pulumi.Input[str]
    """Folder that holds manifest.json and the artifact: s3://bucket/models/<name>/<version>/<digest>."""
    version: pulumi.Input[str]
    """Version from the manifest."""
    sha256: pulumi.Input[str]
    """SHA-256 of the artifact, in hexadecimal digits; the application refuses anything else."""
    manifest_sha256: pulumi.Input[str]
    """SHA-256 of manifest.json, in hexadecimal digits."""


class ApplicationArgs(TypedDict):
    """What the application is told and what it may read, the same on both hosts."""

    models: NotRequired[pulumi.Input[list[ModelRelease]]]
    """Models to serve, usually `ModelBucket.models`. Default: none, for an image that brings its own."""
    default_model: NotRequired[str]
    """Model that answers where a request names none. Default: none."""
    model_bucket_arn: NotRequired[pulumi.Input[str]]
    """Bucket whose `models/` prefix may be read. Default: no bucket may be read."""
    signing_keys_arn: NotRequired[pulumi.Input[str]]
    """Secret with the key ring that signs tokens. Default: none."""
    users_arn: NotRequired[pulumi.Input[str]]
    """Secret with the users' password hashes. Default: none."""
    readable_secret_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """Further secrets that the application may read. Default: none."""
    token_issuer: NotRequired[str]
    """Claim `iss` of the tokens. Default: the application's own, "spot-inference"."""
    token_audience: NotRequired[str]
    """Claim `aud` of the tokens. Default: the application's own, "spot-inference"."""
    token_seconds: NotRequired[int]
    """Life of a token in seconds, 60 to 86400. Default: 3600."""
    log_level: NotRequired[str]
    """debug, info, warning or error. Default: info."""
    environment: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Further environment variables; they win over the ones above. Default: none."""


class Application:
    """The checked `ApplicationArgs` of one service; problems go to the service's own `Arguments`."""

    def __init__(self, arguments: Arguments) -> None:
        args = arguments.nested("application", ApplicationArgs)
        self._models = args.value("models")
        if isinstance(self._models, list) and all(isinstance(model, Mapping) for model in self._models):
            args.each("models", ModelRelease)
        self._bucket_arn = args.value("model_bucket_arn")
        self._secret_arns = [args.value(key) for key in args.given("signing_keys_arn", "users_arn")]
        self._secret_arns += args.inputs("readable_secret_arns")
        named = {
            "DEFAULT_MODEL": args.text("default_model"),
            "SIGNING_KEYS": args.value("signing_keys_arn"),
            "USERS": args.value("users_arn"),
            "TOKEN_ISSUER": args.text("token_issuer"),
            "TOKEN_AUDIENCE": args.text("token_audience"),
            "TOKEN_SECONDS": str(args.whole("token_seconds", 3600, minimum=60, maximum=86400)),
            "LOG_LEVEL": args.text("log_level", "info", choices=LOG_LEVELS),
        }
        self._named = {key: value for key, value in named.items() if value}
        self._extra = args.mapping("environment")

    @property
    def has_rights(self) -> bool:
        """Whether the application may read anything at all; a role without rights gets no policy."""
        return self._bucket_arn is not None or bool(self._secret_arns)

    @property
    def extra_names(self) -> set[str]:
        """Names of the variables that the user adds."""
        return set(self._extra)

    def environment(self, **more: pulumi.Input[str]) -> dict[str, pulumi.Input[str]]:
        """Variables by name, sorted so that previews are quiet; `more` is what only this host knows."""
        models: dict[str, pulumi.Input[str]] = {}
        if self._models is not None:
            models["MODELS"] = pulumi.Output.from_input(self._models).apply(_models_json)
        return dict(sorted({**self._named, **models, **more, **self._extra}.items()))

    def statements(self) -> pulumi.Output[list[Statement]]:
        """The IAM statements of the application's own role: its models and its secrets, and nothing else."""

        def build(found: dict[str, Any]) -> list[Statement]:
            statements = []
            if found["bucket"]:
                statements.append(allow(["s3:GetObject"], [f"{found['bucket']}/models/*"]))
            if found["secrets"]:
                statements.append(allow(["secretsmanager:GetSecretValue"], found["secrets"]))
            return statements

        return pulumi.Output.all(bucket=self._bucket_arn, secrets=self._secret_arns).apply(build)


def _models_json(models: list[Mapping[str, str]]) -> str:
    # A list that arrives as an Output from another language still has that language's spelling of the keys.
    spelled = {re.sub("_(.)", lambda m: m[1].upper(), key): key for key in ModelRelease.__annotations__}
    known = [{spelled.get(key, key): value for key, value in model.items()} for model in models]
    keys = sorted(ModelRelease.__annotations__)
    return json.dumps([{key: model[key] for key in keys} for model in known], sort_keys=True)
