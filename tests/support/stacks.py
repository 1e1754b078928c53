"""Runs the whole program for one of its committed stacks against the made-up AWS."""

import functools
import json
import runpy
from pathlib import Path
from typing import Any

import yaml

from local_cloud.recording import Graph
from tests.support.fake_aws import graph_of

ROOT = Path(__file__).parents[2]
PROJECT = "spot-inference"

# What prod wants from its owner before it serves HTTPS.
CERTIFICATE = {
    "certificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/1a2b3c4d",
    "domainName": "models.example.com",
}


def configuration(stack: str, **changed: Any) -> dict[str, str]:
    """The stack's configuration as the engine hands it over: defaults, then its file, then `changed`."""
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    settings = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    values = {f"{PROJECT}:{key}": declared["default"] for key, declared in project["config"].items()}
    values |= settings | {f"{PROJECT}:{key}": value for key, value in changed.items()}
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def program() -> None:
    """Runs `__main__.py` as the engine would."""
    runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")


def run_stack(stack: str, **changed: Any) -> Graph:
    """What `__main__.py` registers for the stack with these settings changed."""
    return run_with(configuration(stack, **changed), stack)


def run_with(config: dict[str, str], stack: str = "dev") -> Graph:
    """What `__main__.py` registers with exactly this configuration."""
    return graph_of(program, project=PROJECT, stack=stack, config=config)


@functools.cache
def dev() -> Graph:
    """The committed stack dev."""
    return run_stack("dev")


@functools.cache
def prod() -> Graph:
    """The committed stack prod with a certificate and its domain name."""
    return run_stack("prod", **CERTIFICATE)
