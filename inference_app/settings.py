"""The environment of the application: every name, its meaning, its default and its rule, in one place.

The table is the contract between infrastructure and application. It carries addresses and ARNs only; what
stands behind them is read with the role of the task or function.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from .errors import SettingsError

T = TypeVar("T")

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
DIGEST = re.compile(r"[0-9a-f]{64}")
SERVERS = ("waitress", "granian")
LOG_LEVELS = ("debug", "info", "warning", "error")
RELEASE_KEYS = ("name", "uri", "version", "sha256", "manifest_sha256")
WORKER_MIB = 256  # a worker with scikit-learn imported holds 130; the rest is for models and requests
SHOWN = 120  # characters of a refused value that an error repeats


@dataclass(frozen=True, slots=True)
class Release:
    """One model to serve: the folder that holds it and the digests that its two files must have."""

    name: str
    uri: str
    version: str
    sha256: str
    manifest_sha256: str


@dataclass(frozen=True)
class Settings:
    """The validated environment. Durations are seconds; `cpu_units` are 1024 to a vCPU, `memory_mib` MiB."""

    models: tuple[Release, ...] | str  # the releases, or the s3:// address of the JSON list of them
    default_model: str | None
    signing_keys: str
    users: str
    token_issuer: str = "spot-inference"
    token_audience: str = "spot-inference"
    token_seconds: int = 3600
    port: int = 8080
    metrics_port: int | None = None
    trusted_proxy_hops: int = 0
    server: str = "waitress"
    drain_seconds: int = 15
    log_level: str = "info"
    cpu_units: int = 256
    memory_mib: int = 512
    # What makes it fast, each to be switched off by "0" (where something is suspected, or to measure it).
    token_cache: bool = True
    fast_path: bool = True
    in_place: bool = True
    sched_batch: bool = True
    pinning: bool = True
    prepared: bool = True  # common estimators as plain arithmetic, where that is proven equal
    batching: bool = True  # requests that wait for the same estimator at once are one call
    metrics: bool = True  # what requests count; the host's own figures stay

    @property
    def workers(self) -> int:
        """Processes that serve: one a whole vCPU (a quota is not a core count) that fits the memory."""
        return max(1, min(self.cpu_units // 1024, self.memory_mib // WORKER_MIB))


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ`. Raises SettingsError naming every problem at once."""
    problems: list[str] = []

    def take(key: str, parse: Callable[[str], T], default: T) -> T:
        value = environ.get(key, "").strip()
        if not value:
            return default
        try:
            return parse(value)
        except ValueError as error:
            problems.append(f"{key}: {error}; found {value[:SHOWN]!r}")
            return default

    for key in ("MODELS", "SIGNING_KEYS", "USERS"):
        if not environ.get(key, "").strip():
            problems.append(f"{key} is missing")
    none: tuple[Release, ...] | str = ()
    models = take("MODELS", parse_models, none)
    default_model = take("DEFAULT_MODEL", _name, None)
    if isinstance(models, tuple) and models:
        names = [release.name for release in models]
        if default_model is None and "DEFAULT_MODEL" not in environ and len(names) == 1:
            default_model = names[0]
        elif default_model is None and not environ.get("DEFAULT_MODEL", "").strip():
            problems.append(f"DEFAULT_MODEL is missing: one of {', '.join(names)}")
        elif default_model is not None and default_model not in names:
            problems.append(f"DEFAULT_MODEL: one of {', '.join(names)} expected; found {default_model!r}")
    settings = Settings(
        models=models,
        default_model=default_model,
        signing_keys=environ.get("SIGNING_KEYS", "").strip(),
        users=environ.get("USERS", "").strip(),
        token_issuer=take("TOKEN_ISSUER", str, Settings.token_issuer),
        token_audience=take("TOKEN_AUDIENCE", str, Settings.token_audience),
        token_seconds=take("TOKEN_SECONDS", _whole(1, 86_400), Settings.token_seconds),
        port=take("PORT", _whole(1, 65_535), Settings.port),
        metrics_port=take("METRICS_PORT", _whole(1, 65_535), None),
        trusted_proxy_hops=take("TRUSTED_PROXY_HOPS", _whole(0, 1), Settings.trusted_proxy_hops),
        server=take("SERVER", _one_of(SERVERS), Settings.server),
        drain_seconds=take("DRAIN_SECONDS", _whole(0, 110), Settings.drain_seconds),
        log_level=take("LOG_LEVEL", _one_of(LOG_LEVELS), Settings.log_level),
        cpu_units=take("CPU_UNITS", _whole(1, 196_608), Settings.cpu_units),
        memory_mib=take("MEMORY_MIB", _whole(1, 1_048_576), Settings.memory_mib),
        token_cache=take("TOKEN_CACHE", _switch, Settings.token_cache),
        fast_path=take("FAST_PATH", _switch, Settings.fast_path),
        in_place=take("IN_PLACE", _switch, Settings.in_place),
        sched_batch=take("SCHED_BATCH", _switch, Settings.sched_batch),
        pinning=take("PINNING", _switch, Settings.pinning),
        prepared=take("PREPARED", _switch, Settings.prepared),
        batching=take("BATCHING", _switch, Settings.batching),
        metrics=take("METRICS", _switch, Settings.metrics),
    )
    if settings.metrics_port is not None and settings.metrics_port == settings.port:
        problems.append(f"METRICS_PORT: a port other than PORT expected; found {settings.port}")
    if problems:
        raise SettingsError("; ".join(problems))
    return settings


def parse_models(value: str) -> tuple[Release, ...] | str:
    """The value of MODELS: an s3:// address as it is, or the releases of a JSON list. Raises ValueError."""
    return value if value.startswith("s3://") else parse_releases(value)


def parse_releases(text: str) -> tuple[Release, ...]:
    """The releases of a JSON list of {name, uri, version, sha256, manifest_sha256}. Raises ValueError."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"a JSON list of models or the s3:// address of one expected ({error})") from None
    if not isinstance(document, list) or not document:
        raise ValueError("a JSON list with at least one model expected")
    releases = tuple(_release(index, item) for index, item in enumerate(document))
    names = [release.name for release in releases]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"each name once expected, {', '.join(twice)} comes more often")
    return releases


def _release(index: int, item: Any) -> Release:
    where = f"model {index}"
    if not isinstance(item, dict) or sorted(item) != sorted(RELEASE_KEYS):
        raise ValueError(f"{where}: an object with exactly {', '.join(RELEASE_KEYS)} expected")
    for key, pattern in (
        ("name", NAME),
        ("version", VERSION),
        ("sha256", DIGEST),
        ("manifest_sha256", DIGEST),
    ):
        if not isinstance(item[key], str) or not pattern.fullmatch(item[key]):
            raise ValueError(f"{where}: {key} must match {pattern.pattern}, {item[key]!r} came")
    if not isinstance(item["uri"], str) or not item["uri"]:
        raise ValueError(f"{where}: uri must be a folder (s3://bucket/prefix or a path)")
    return Release(**item)


def _name(value: str) -> str | None:
    if not NAME.fullmatch(value):
        raise ValueError(f"a name matching {NAME.pattern} expected")
    return value


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            raise ValueError(f"a whole number from {low} to {high} expected")
        return int(value)

    return parse


def _switch(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError("1 or 0 expected")
    return value == "1"


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in words:
            raise ValueError(f"one of {', '.join(words)} expected")
        return value.lower()

    return parse
