"""The typed, checked view of the stack's configuration; every problem of it is named in one error.

Pulumi.yaml declares each key with its type, default and meaning; this module says what values it may have.
"""

import functools
import json
import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Any, get_type_hints

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from components.base.application import LOG_LEVELS
from components.base.arguments import Arguments
from components.base.logs import RETENTION_DAYS
from components.base.model_folders import read_model_folders
from components.monitoring.args import EMAIL
from components.spot_fargate_service.capacity import SIZES

# Where the AWS provider looks for the region, in this order.
REGION_KEYS = {"aws:region", "AWS_REGION", "AWS_DEFAULT_REGION"}
NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_-]{0,31}")

HTTPS_MISSING = (
    "the Fargate service needs certificateArn and domainName for HTTPS "
    "(pulumi config set certificateArn arn:aws:acm:…; pulumi config set domainName models.example.com), "
    "or allowPlainHttp: true to serve plain HTTP on purpose, "
    "or hosting: lambda, which has HTTPS of its own"
)


def _whole(minimum: int, maximum: int) -> Any:
    return functools.partial(Arguments.whole, minimum=minimum, maximum=maximum)


def _one_of(choices: Collection[Any]) -> Any:
    method = Arguments.text if all(isinstance(choice, str) for choice in choices) else Arguments.whole
    return functools.partial(method, choices=choices)


Text = Annotated[str, Arguments.text]
OptionalText = Annotated[str, Arguments.text, "optional"]
Texts = Annotated[list[str], Arguments.texts]
OptionalTexts = Annotated[list[str], Arguments.texts, "optional"]
Flag = Annotated[bool, Arguments.flag]


@dataclass(frozen=True)
class StackSettings:
    """One field a key of Pulumi.yaml, which describes it; what is optional is empty where it is not set."""

    hosting: Annotated[str, _one_of(("fargate", "lambda", "both"))]
    models: Texts
    default_model: Text
    users: Texts
    signing_key_ids: Texts
    token_seconds: Annotated[int, _whole(60, 86400)]
    log_level: Annotated[str, _one_of(LOG_LEVELS)]
    log_retention_days: Annotated[int, _one_of(RETENTION_DAYS)]
    protect: Flag
    min_tasks: Annotated[int, _whole(1, 1000)]
    max_tasks: Annotated[int, _whole(1, 1000)]
    cpu: Annotated[int, _one_of(SIZES)]
    memory: Annotated[int, _whole(512, 122880)]
    on_demand_base: Annotated[int, _whole(0, 1000)]
    on_demand_weight: Annotated[int, _whole(0, 1000)]
    spot_weight: Annotated[int, _whole(0, 1000)]
    cpu_target_percent: Annotated[int, _whole(10, 95)]
    requests_per_target: Annotated[int, _whole(1, 1_000_000)]
    server: Annotated[str, _one_of(("waitress", "granian"))]
    zones: Annotated[int, _whole(2, 3)]
    nat_gateways: Annotated[str, _one_of(("Single", "OnePerAz"))]
    existing_vpc_id: OptionalText
    existing_public_subnet_ids: OptionalTexts
    existing_private_subnet_ids: OptionalTexts
    certificate_arn: OptionalText
    domain_name: OptionalText
    hosted_zone_id: OptionalText
    allow_plain_http: Flag
    function_memory: Annotated[int, _whole(128, 10240)]
    function_concurrency: Annotated[int, _whole(0, 1000)]
    warm_up_minutes: Annotated[int, _whole(0, 59)]
    alarm_emails: OptionalTexts

    @property
    def on_fargate(self) -> bool:
        """Whether the models are served on ECS Fargate."""
        return self.hosting in ("fargate", "both")

    @property
    def on_lambda(self) -> bool:
        """Whether the models are served on Lambda."""
        return self.hosting in ("lambda", "both")


def read_settings() -> StackSettings:
    """Reads the configuration of the current stack; raises one `pulumi.RunError` that names every problem."""
    rules = get_type_hints(StackSettings, include_extras=True)
    keys = {field: _camel_case(field) for field in rules}
    texts = {keys[field] for field, rule in rules.items() if rule.__origin__ is str}
    required = {keys[field] for field, rule in rules.items() if "optional" not in rule.__metadata__}
    schema = type(
        "Configuration", (), {"__annotations__": dict.fromkeys(keys.values()), "__required_keys__": required}
    )
    config = Arguments(f"Stack '{pulumi.get_stack()}'", _configuration(texts), schema, noun="setting")
    settings = StackSettings(
        **{field: rule.__metadata__[0](config, keys[field]) for field, rule in rules.items()}
    )
    _check_together(settings, config)
    config.check()
    return settings


def _configuration(texts: set[str]) -> dict[str, Any]:
    """Values by key, all but `texts` decoded from JSON; an empty value is one that is not set."""
    namespace = f"{pulumi.get_project()}:"
    found = {**get_config_env(), **CONFIG.get()}
    values = {key.removeprefix(namespace): found[key] for key in found if key.startswith(namespace)}
    return {
        key: value if key in texts else _decoded(value)
        for key, value in values.items()
        if value not in ("", "[]")
    }


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value  # refused by the setting's own rule, which names it


def _check_together(settings: StackSettings, config: Arguments) -> None:
    """The rules between settings, and the forms of names and addresses."""
    for key, names in (("users", settings.users), ("signingKeyIds", settings.signing_key_ids)):
        if not all(NAME.fullmatch(name) for name in names):
            config.refuse(key, f"a list of names of the form {NAME.pattern}")
    names = [model.name for model in read_model_folders(config, settings.models)]
    if len(names) == len(settings.models) and settings.default_model not in names:
        config.refuse("defaultModel", f"one of the models, {', '.join(names)}")
    if not all(EMAIL.fullmatch(address) for address in settings.alarm_emails):
        config.refuse("alarmEmails", "a list of mail addresses")
    config.together("existingVpcId", "existingPublicSubnetIds", "existingPrivateSubnetIds")
    if not {**os.environ, **CONFIG.get(), **get_config_env()}.keys() & REGION_KEYS:
        config.problem("aws:region is not set (pulumi config set aws:region eu-central-1)")
    if settings.on_fargate:
        _check_fargate(settings, config)


def _check_fargate(settings: StackSettings, config: Arguments) -> None:
    if settings.min_tasks > settings.max_tasks:
        config.problem(f"minTasks {settings.min_tasks} is more than maxTasks {settings.max_tasks}")
    if settings.memory not in SIZES.get(settings.cpu, [settings.memory]):
        sizes = ", ".join(str(memory) for memory in SIZES[settings.cpu])
        config.refuse("memory", f"one of {sizes} MiB with {settings.cpu} CPU units")
    if settings.on_demand_base > settings.min_tasks:
        config.problem(
            f"onDemandBase {settings.on_demand_base} is more than minTasks {settings.min_tasks}: "
            "it would never be reached"
        )
    if settings.on_demand_weight == settings.spot_weight == 0:
        config.problem("onDemandWeight and spotWeight are both 0: one of them must be at least 1")
    has_certificate = config.together("certificateArn", "domainName")
    if not config.given("certificateArn", "domainName") and not settings.allow_plain_http:
        config.problem(HTTPS_MISSING)
    if config.given("hostedZoneId") and not has_certificate:
        config.problem("hostedZoneId needs certificateArn and domainName: it gets domainName's record")


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
