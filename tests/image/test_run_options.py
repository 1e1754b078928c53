"""What a definition says becomes an option of `docker run`; nothing else does, and nothing is left out."""

from __future__ import annotations

import copy
from typing import Any

from components.spot_fargate_service.task import container_definition
from tests.image.run_options import health_check, of_function, of_task, with_full_cpu

DEFINITION = {
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [container_definition("image", {"B": "2", "A": "1"}, "group", "eu-central-1")],
}


def test_a_task_gets_its_definitions_limits_rights_volume_and_environment() -> None:
    assert of_task(DEFINITION, {"B": "2", "A": "1"}) == [
        *("--cpus", "0.25", "--memory", "512m", "--memory-swap", "512m"),
        *("--stop-timeout", "120", "--read-only", "--init", "--cap-drop", "ALL"),
        *("--mount", "type=volume,destination=/tmp"),
        *("--env", "A=1", "--env", "B=2"),
    ]


def test_what_a_definition_does_not_say_is_no_option() -> None:
    definition: dict[str, Any] = copy.deepcopy(DEFINITION)
    (container,) = definition["containerDefinitions"]
    for key in ("readonlyRootFilesystem", "linuxParameters", "mountPoints"):
        del container[key]
    assert of_task(definition, {}) == [
        *("--cpus", "0.25", "--memory", "512m", "--memory-swap", "512m", "--stop-timeout", "120")
    ]


def test_the_health_check_is_the_definitions_own() -> None:
    command = health_check(DEFINITION)
    assert command[:3] == ["python", "-IS", "-c"]
    assert "127.0.0.1', 8080" in command[3]


def test_a_function_gets_lambdas_share_of_a_processor_user_and_temporary_folder() -> None:
    assert of_function({"MemorySize": 1024}, {"A": "1"}) == [
        *("--cpus", "0.58", "--memory", "1024m", "--memory-swap", "1024m", "--read-only"),
        *("--tmpfs", "/tmp:size=512m,mode=1777", "--cap-drop", "ALL", "--user", "993:990"),
        *("--env", "A=1"),
    ]


def test_without_the_limit_on_the_processor_everything_else_stays() -> None:
    options = of_function({"MemorySize": 1769}, {})
    assert with_full_cpu(options) == options[2:]
    assert options[:2] == ["--cpus", "1.00"]
