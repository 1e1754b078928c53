"""A stack's configuration as the CLI would hand it over: the project's defaults under the stack's values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .aws import Aws

DOMAIN = "api.example.test"  # RFC 6761: nobody has it


class ConfigurationError(Exception):
    """A stack that cannot be read as it is written; the message says what to do."""


@dataclass(frozen=True)
class Configuration:
    """Project, stack, and each value as text, by its full key ("spot-inference:cpu")."""

    project: str
    stack: str
    values: Mapping[str, str]

    @property
    def region(self) -> str:
        """The stack's region; the provider's own default where it names none."""
        return self.values.get("aws:region", "us-east-1")

    def get(self, key: str) -> str:
        """A value of the project's own, empty where it is not set."""
        return self.values.get(f"{self.project}:{key}", "")

    def replaced(self, **values: str) -> "Configuration":
        """The same with further values of the project's own."""
        own = {f"{self.project}:{key}": value for key, value in values.items()}
        return Configuration(self.project, self.stack, {**self.values, **own})


def read_configuration(root: Path, stack: str) -> Configuration:
    """Reads the two files in `root`. Raises ConfigurationError."""
    project = yaml.load(_text(root / "Pulumi.yaml"), Loader=yaml.CSafeLoader)
    file = root / f"Pulumi.{stack}.yaml"
    if not file.is_file():
        stacks = sorted(path.name.split(".")[1] for path in root.glob("Pulumi.*.yaml"))
        raise ConfigurationError(f"there is no stack '{stack}' ({file.name}); there are: {', '.join(stacks)}")
    name = str(project["name"])
    given = (yaml.load(_text(file), Loader=yaml.CSafeLoader) or {}).get("config") or {}
    given = {_full(name, key): value for key, value in given.items()}
    for key, value in given.items():
        if isinstance(value, Mapping) and "secure" in value:
            raise ConfigurationError(
                f"{file.name}: {key} is encrypted, and the passphrase is not ours to ask for"
            )
    defaults, required = _declared(name, project.get("config") or {})
    if missing := sorted(required - set(given)):
        raise ConfigurationError(f"{file.name}: {', '.join(missing)} is required and not set")
    return Configuration(name, stack, {key: _spelled(value) for key, value in {**defaults, **given}.items()})


def with_certificate(configuration: Configuration, aws: Aws) -> Configuration:
    """The configuration; where a certificate is needed and none named, one is issued in the embedded ACM."""
    plain = configuration.get("allowPlainHttp") == "true" or configuration.get("hosting") == "lambda"
    if plain or configuration.get("certificateArn") or configuration.get("domainName"):
        return configuration
    arn = aws.call("acm.request_certificate", DomainName=DOMAIN, ValidationMethod="DNS")["CertificateArn"]
    return configuration.replaced(certificateArn=arn, domainName=DOMAIN)


def _declared(project: str, declared: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The values that Pulumi.yaml gives, and the keys that a stack has to give."""
    defaults, required = {}, set()
    for key, what in declared.items():
        content = what if isinstance(what, Mapping) else {"value": what}
        if "default" in content or "value" in content:
            defaults[_full(project, key)] = content.get("value", content.get("default"))
        else:
            required.add(_full(project, key))
    return defaults, required


def _full(project: str, key: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _spelled(value: Any) -> str:
    """A value as the CLI passes it: texts as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
