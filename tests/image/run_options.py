"""`docker run` options that a task definition, or a function's configuration, stands for."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

CPU_UNITS = 1024  # of ECS, to a vCPU
# docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: one vCPU for this many MB
MEMORY_OF_A_CPU = 1769
TMP_MIB = 512  # Lambda's ephemeral storage where nothing else is configured
LAMBDA_USER = "993:990"  # Lambda runs every image as a user of its own, whatever the image says


def of_task(definition: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
    """The options for the container of a task definition that has one."""
    (container,) = definition["containerDefinitions"]
    system = container.get("linuxParameters", {})
    cpus = int(definition["cpu"]) / CPU_UNITS
    options = [*_limits(cpus, int(definition["memory"])), "--stop-timeout", str(container["stopTimeout"])]
    if container.get("readonlyRootFilesystem"):
        options.append("--read-only")
    if system.get("initProcessEnabled"):
        options.append("--init")
    for capability in system.get("capabilities", {}).get("drop", []):
        options += ["--cap-drop", capability]
    for mount in container.get("mountPoints", []):
        # A volume without a host's folder: empty, and with owner and mode of that folder in the image.
        options += ["--mount", f"type=volume,destination={mount['containerPath']}"]
    return [*options, *_variables(environment)]


def health_check(definition: Mapping[str, Any]) -> Sequence[str]:
    """The command with which ECS asks the container's health: of the definition, not of the image."""
    (container,) = definition["containerDefinitions"]
    kind, *command = container["healthCheck"]["command"]
    return command if kind == "CMD" else ["sh", "-c", *command]


def of_function(configuration: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
    """The options for the image of a function."""
    memory = int(configuration["MemorySize"])
    temporary = int(configuration.get("EphemeralStorage", {}).get("Size", TMP_MIB))
    return [
        *_limits(memory / MEMORY_OF_A_CPU, memory),
        "--read-only",
        *("--tmpfs", f"/tmp:size={temporary}m,mode=1777"),
        *("--cap-drop", "ALL"),
        *("--user", LAMBDA_USER),
        *_variables(environment),
    ]


def with_full_cpu(options: Sequence[str]) -> list[str]:
    """The same options without the limit on the processor."""
    at = list(options).index("--cpus")
    return [*options[:at], *options[at + 2 :]]


def command_line(options: Sequence[str], image: str) -> str:
    """The options as a line to copy."""
    return shlex.join(["docker", "run", "--rm", *options, image])


def _limits(cpus: float, memory: int) -> list[str]:
    # As much swap as memory means none.
    return ["--cpus", f"{cpus:.2f}", "--memory", f"{memory}m", "--memory-swap", f"{memory}m"]


def _variables(environment: Mapping[str, str]) -> list[str]:
    return [word for name in sorted(environment) for word in ("--env", f"{name}={environment[name]}")]
