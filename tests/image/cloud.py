"""The embedded AWS with a stack in it: the unmodified program has run, and its definitions can be read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_cloud import moto_server
from local_cloud.aws import Aws
from local_cloud.configuration import read_configuration, with_certificate
from local_cloud.engine import run_program
from local_cloud.recording import Graph

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Cloud:
    """What the tests need of a stack: AWS itself, the task, the function, and somebody who may log in."""

    aws: Aws
    task: Mapping[str, Any]  # the registered task definition
    function: Mapping[str, Any]  # the function's configuration
    user: str
    password: str

    @property
    def container(self) -> Mapping[str, Any]:
        """The container of the task that listens."""
        containers: list[Mapping[str, Any]] = self.task["containerDefinitions"]
        return next(container for container in containers if container.get("portMappings"))

    @property
    def task_environment(self) -> dict[str, str]:
        """What the task's container sees, and the way to the embedded AWS."""
        defined = {entry["name"]: entry["value"] for entry in self.container["environment"]}
        return {**self.aws.environment(), **defined}


def raise_cloud(stack: str, host: str) -> Cloud:
    """Starts an AWS on `host` and runs the program for `stack` in it. Raises what those raise."""
    endpoint = moto_server.start(host)
    configuration = read_configuration(ROOT, stack)
    aws = Aws(endpoint, configuration.region)
    # In-process clients of the application find this AWS as the container's do.
    os.environ |= aws.environment()
    graph = run_program(ROOT, with_certificate(configuration, aws), aws)
    definition = graph.one("aws:ecs/taskDefinition:TaskDefinition").outputs["arn"]
    task = aws.call("ecs.describe_task_definition", taskDefinition=definition)["taskDefinition"]
    name = graph.one("aws:lambda/function:Function").id
    function = aws.call("lambda.get_function_configuration", FunctionName=name)
    user, password = _somebody(aws, graph)
    return Cloud(aws, task, function, user, password)


def _somebody(aws: Aws, graph: Graph) -> tuple[str, str]:
    """A user and the generated password."""
    secret = re.search(r"arn:aws:secretsmanager:\S+", str(graph.exports["loginCommand"]))
    assert secret is not None, "the output loginCommand names no secret"
    passwords = json.loads(aws.call("secretsmanager.get_secret_value", SecretId=secret[0])["SecretString"])
    user = min(passwords)
    return user, passwords[user]
