"""A task as a process: the environment of the registered definition, and the command of its image."""

import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import Popen
from typing import Any

from .aws import Aws
from .processes import Processes

COMMAND = ["python", "-m", "inference_app"]  # the image's
NAME = "task"


def start(
    aws: Aws, definition: str, processes: Processes, root: Path, port: int, metrics_port: int
) -> "Popen[bytes] | None":
    """Starts the task of a definition (ARN or family) in `root`; the process, or None while all is ending."""
    container = registered_container(aws, definition)
    command = [*container.get("entryPoint", []), *container.get("command", [])] or COMMAND
    command = [sys.executable if word == "python" else word for word in command]
    return processes.start(NAME, command, environment(container, aws, port, metrics_port), root)


def environment(container: Mapping[str, Any], aws: Aws, port: int, metrics_port: int) -> dict[str, str]:
    """What the container would see: only the two ports differ, only the way to the embedded AWS is added."""
    defined = {entry["name"]: entry["value"] for entry in container.get("environment", [])}
    ports = {"PORT": str(port)}
    if "METRICS_PORT" in defined:
        ports["METRICS_PORT"] = str(metrics_port)
    return {**aws.environment(), **defined, **ports}


def registered_container(aws: Aws, definition: str) -> Mapping[str, Any]:
    """The container of a definition that listens: the first one with a port."""
    answer = aws.call("ecs.describe_task_definition", taskDefinition=definition)
    containers: list[Mapping[str, Any]] = answer["taskDefinition"]["containerDefinitions"]
    return next(container for container in containers if container.get("portMappings"))
