"""The task is the registered definition's container as a process, and it ends with the local cloud."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local_cloud import task
from local_cloud.aws import Aws
from local_cloud.ports import PortInUseError, bind, check_free
from local_cloud.processes import Processes

PRINT = "import json, os; print(json.dumps(dict(os.environ)), flush=True)"


def container(*command: str, **variables: str) -> dict[str, object]:
    return {
        "name": "app",
        "image": "i",
        "memory": 512,
        "portMappings": [{"containerPort": 8080}],
        "environment": [{"name": name, "value": value} for name, value in variables.items()],
        "command": list(command),
    }


def register(aws: Aws, *containers: dict[str, object]) -> str:
    answer = aws.call("ecs.register_task_definition", family="printer", containerDefinitions=list(containers))
    return str(answer["taskDefinition"]["taskDefinitionArn"])


def test_it_sees_the_definition_s_environment_and_the_way_to_this_aws_and_nothing_else(
    aws: Aws, processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_MINE", "x")
    variables = {"PORT": "8080", "METRICS_PORT": "9090", "MODELS": "[]", "AWS_REGION": "eu-central-1"}
    sidecar = {"name": "sidecar", "image": "i", "memory": 64}
    definition = register(aws, sidecar, container("python", "-c", PRINT, **variables))
    process = task.start(aws, definition, processes, tmp_path, 18080, 19090)
    assert process is not None
    assert process.wait(20) == 0
    seen = json.loads(processes.tail(task.NAME))
    seen.pop("LC_CTYPE", None)  # Python's own, where no locale is set
    assert seen == {"PORT": "18080", "METRICS_PORT": "19090", "MODELS": "[]", **aws.environment()}


def test_a_definition_without_a_metrics_port_gets_none(aws: Aws) -> None:
    assert "METRICS_PORT" not in task.environment(container(A="b"), aws, 1, 2)


def test_a_container_without_a_command_runs_the_image_s(
    aws: Aws, processes: Processes, tmp_path: Path
) -> None:
    package = tmp_path / "inference_app"
    package.mkdir()
    (package / "__main__.py").write_text("print('served')")
    process = task.start(aws, register(aws, container()), processes, tmp_path, 1, 2)
    assert process is not None
    assert process.wait(20) == 0
    assert processes.tail(task.NAME) == "served"


def test_the_end_takes_a_process_with_all_that_it_started_and_does_not_wait(
    processes: Processes, tmp_path: Path
) -> None:
    stubborn = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    process = processes.start("stubborn", [sys.executable, "-c", stubborn], {}, tmp_path)
    assert process is not None
    until = time.monotonic() + 20
    while not processes.tail("stubborn") and time.monotonic() < until:
        time.sleep(0.01)
    grandchild = int(processes.tail("stubborn"))
    began = time.monotonic()
    processes.end()
    assert time.monotonic() - began < 2
    assert process.returncode == -signal.SIGKILL
    until = time.monotonic() + 5
    while running(grandchild) and time.monotonic() < until:
        time.sleep(0.01)
    assert not running(grandchild)
    assert processes.start("late", [sys.executable, "-c", ""], {}, tmp_path) is None


def running(pid: int) -> bool:
    """Whether there is such a process, one that only waits to be collected aside."""
    state = subprocess.run(
        ["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return state.stdout.strip() not in ("", "Z")


def test_a_port_on_which_somebody_listens_is_in_use_and_a_free_one_is_not() -> None:
    with bind(0) as listener:
        port = listener.getsockname()[1]
        listener.listen()
        with pytest.raises(PortInUseError, match=f"port {port} is in use"):
            check_free(port)
        with pytest.raises(PortInUseError, match=f"port {port} is in use"):
            bind(port)
    check_free(port)
