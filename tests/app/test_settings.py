"""The environment: its defaults, and one error that names every problem with key, rule and value."""

from __future__ import annotations

import json

import pytest

from inference_app.errors import SettingsError
from inference_app.settings import Release, read_settings

RELEASE = {"name": "a", "uri": "/m", "version": "1.0.0", "sha256": "0" * 64, "manifest_sha256": "1" * 64}
GOOD = {"MODELS": json.dumps([RELEASE]), "SIGNING_KEYS": "/k", "USERS": "/u"}


def problems(**changes: str) -> str:
    with pytest.raises(SettingsError) as refused:
        read_settings({**GOOD, **changes})
    return str(refused.value)


def test_the_defaults_are_the_contracts() -> None:
    settings = read_settings(GOOD)
    assert settings.models == (Release(**RELEASE),)
    assert settings.default_model == "a"
    assert (settings.token_issuer, settings.token_audience) == ("spot-inference", "spot-inference")
    assert (settings.token_seconds, settings.port, settings.metrics_port) == (3600, 8080, None)
    assert (settings.trusted_proxy_hops, settings.server, settings.drain_seconds) == (0, "waitress", 15)
    assert (settings.log_level, settings.cpu_units, settings.memory_mib) == ("info", 256, 512)
    assert (settings.token_cache, settings.fast_path, settings.pinning, settings.sched_batch) == (True,) * 4


@pytest.mark.parametrize("key", ["TOKEN_CACHE", "FAST_PATH", "IN_PLACE", "PINNING", "SCHED_BATCH"])
def test_what_makes_it_fast_can_be_switched_off_by_name(key: str) -> None:
    field = key.lower()
    assert getattr(read_settings({**GOOD, key: "0"}), field) is False
    assert getattr(read_settings({**GOOD, key: "1"}), field) is True
    assert f"{key}: 1 or 0 expected; found 'no'" in problems(**{key: "no"})


@pytest.mark.parametrize(
    ("units", "memory", "workers"),
    [
        ("256", "512", 1),
        ("1024", "2048", 1),
        ("2047", "4096", 1),
        ("2048", "4096", 2),
        ("4096", "8192", 4),
        ("4096", "512", 2),
        ("4096", "128", 1),
    ],
)
def test_there_is_a_worker_for_each_whole_vcpu_that_fits_the_memory(
    units: str, memory: str, workers: int
) -> None:
    assert read_settings({**GOOD, "CPU_UNITS": units, "MEMORY_MIB": memory}).workers == workers


def test_one_error_names_every_problem() -> None:
    message = problems(
        MODELS="", USERS="", PORT="0", LOG_LEVEL="loud", SERVER="gunicorn", TRUSTED_PROXY_HOPS="2"
    )
    for part in (
        "MODELS is missing",
        "USERS is missing",
        "PORT: a whole number from 1 to 65535 expected; found '0'",
        "LOG_LEVEL: one of debug, info, warning, error expected; found 'loud'",
        "SERVER: one of waitress, granian expected; found 'gunicorn'",
        "TRUSTED_PROXY_HOPS: a whole number from 0 to 1 expected; found '2'",
    ):
        assert part in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("models", "said"),
    [
        ("[", "a JSON list of models or the s3:// address of one expected"),
        ("[]", "at least one model"),
        ("{}", "a JSON list"),
        (json.dumps([RELEASE, RELEASE]), "a comes more often"),
        (json.dumps([{**RELEASE, "name": "A"}]), "model 0: name must match"),
        (json.dumps([{**RELEASE, "sha256": "0" * 63}]), "model 0: sha256 must match"),
        (json.dumps([{**RELEASE, "extra": 1}]), "an object with exactly name, uri"),
        (json.dumps([{**RELEASE, "uri": ""}]), "uri must be a folder"),
    ],
)
def test_a_wrong_list_of_models_is_named(models: str, said: str) -> None:
    assert said in problems(MODELS=models)


def test_the_default_model_must_be_one_of_the_models() -> None:
    assert "one of a expected; found 'b'" in problems(DEFAULT_MODEL="b")
    two = json.dumps([RELEASE, {**RELEASE, "name": "b"}])
    assert "DEFAULT_MODEL is missing: one of a, b" in problems(MODELS=two)
    assert read_settings({**GOOD, "MODELS": two, "DEFAULT_MODEL": "b"}).default_model == "b"


def test_models_may_be_the_address_of_the_list() -> None:
    assert read_settings({**GOOD, "MODELS": "s3://bucket/models.json"}).models == "s3://bucket/models.json"


def test_the_metrics_port_is_another_port() -> None:
    assert "METRICS_PORT: a port other than PORT" in problems(METRICS_PORT="8080")
