"""Runs the whole program for one of its committed stacks against the made-up AWS."""

import functools
import json
import runpy
from pathlib import Path
from typing import Any

from local_cloud.configuration import read_configuration
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
    spelled = {key: value if isinstance(value, str) else json.dumps(value) for key, value in changed.items()}
    return dict(read_configuration(ROOT, stack).replaced(**spelled).values)


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
