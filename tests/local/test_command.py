"""`make local` end to end: both stacks served, checked, stopped without a trace, refused with a reason."""

import hashlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inference_app.serving.answer import ROUTES
from local_cloud import __main__ as local_cloud
from local_cloud.checks import checks_for
from local_cloud.served_models import ServedModel

from .command import Command, alive, copy_of_the_tree, descendants, free_ports, run


@pytest.fixture(scope="module")
def port() -> int:
    return free_ports()


@pytest.fixture(scope="module")
def dev(port: int) -> Iterator[Command]:
    """Stack dev, ready."""
    with run("--stack", "dev", "--port", str(port)) as command:
        command.until("ready: ")
        yield command


def outputs(command: Command) -> dict[str, str]:
    first = command.lines.index("    OUTPUT         VALUE") + 1
    rows = command.lines[first : command.lines.index("", first)]
    return {name: value for name, _, value in (row.strip().partition(" ") for row in rows)}


def environment_of(pid: int) -> dict[str, str]:
    text = Path(f"/proc/{pid}/environ").read_text().rstrip("\0")
    return dict(entry.split("=", 1) for entry in text.split("\0"))


def test_ready_is_the_last_line_and_names_both_urls(dev: Command, port: int) -> None:
    assert dev.lines[-1] == f"ready: http://127.0.0.1:{port} http://127.0.0.1:{port + 1}"


def test_each_host_was_logged_in_to_and_asked_before_that(dev: Command, port: int) -> None:
    for name, url in (("fargate", f"http://127.0.0.1:{port}"), ("lambda", f"http://127.0.0.1:{port + 1}")):
        line = next(line for line in dev.lines if f"] {name}: " in line)
        assert re.search(rf"{url} is ready; logged in as demo; flight_delay says delayed = [01] \(", line)
    steps = [line.partition("] ")[2].partition(":")[0] for line in dev.lines if line.startswith("[")]
    assert steps == ["aws", "program", "stood in for", "processes", "fargate", "lambda"]


def test_the_outputs_are_the_stack_s_with_local_addresses_that_answer(dev: Command, port: int) -> None:
    found = {name: value.strip() for name, value in outputs(dev).items()}
    assert set(found) == {
        *("url", "fargateUrl", "lambdaUrl", "modelBucket", "imageUri", "dashboardUrls", "loginCommand")
    }
    assert f"Current stack outputs ({len(found)}):" in dev.lines
    assert found["url"] == found["fargateUrl"] == f"http://127.0.0.1:{port}"
    assert found["lambdaUrl"] == f"http://127.0.0.1:{port + 1}"
    boards = json.loads(found["dashboardUrls"])
    assert set(boards) == {"fargate", "lambda"}
    for address in (found["fargateUrl"], found["lambdaUrl"], *boards.values()):
        with urllib.request.urlopen(address) as answer:
            assert answer.status == 200
    assert re.search(
        r"--secret-id arn:aws:secretsmanager:eu-central-1:123456789012:secret:", found["loginCommand"]
    )
    assert re.fullmatch(r"\S+\.amazonaws\.com/\S+@sha256:[0-9a-f]{64}", found["imageUri"])


def test_the_curl_lines_work_as_they_are(dev: Command) -> None:
    first = next(index for index, line in enumerate(dev.lines) if line.startswith("TOKEN="))
    lines = dev.lines[first : dev.lines.index("", first)]
    assert len(lines) == 3
    shell = subprocess.run(["sh", "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    decoder, text, answers = json.JSONDecoder(), shell.stdout.strip(), []
    while text:
        answer, end = decoder.raw_decode(text)
        answers.append(answer)
        text = text[end:].strip()
    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert answers[0]["model"] == "flight_delay"


def test_the_task_has_the_definition_s_environment_and_the_function_lambda_s(dev: Command, port: int) -> None:
    exported = next(line for line in dev.lines if line.startswith("# for the aws command: export "))
    added = dict(entry.split("=", 1) for entry in shlex.split(exported.partition("export ")[2]))
    environments = [environment_of(pid) for pid in descendants(dev.process.pid)]
    tasks = [found for found in environments if found.get("PORT") == str(port)]
    assert tasks
    for seen in tasks:
        assert added.items() <= seen.items()
        assert seen["TRUSTED_PROXY_HOPS"] == "1"
        assert seen["TOKEN_ISSUER"] == "spot-inference-dev"
        assert {"HOME", "PATH", "AWS_PROFILE"}.isdisjoint(seen)
    functions = [found for found in environments if "AWS_LAMBDA_RUNTIME_API" in found]
    assert len(functions) == 1
    assert functions[0]["MODELS"] == tasks[0]["MODELS"]
    assert {"HOME", "PATH", "PORT", "METRICS_PORT"}.isdisjoint(functions[0])


def test_a_second_one_on_the_same_port_is_refused_with_the_way_out(dev: Command, port: int) -> None:
    for taken in (port, port + 1, port - 1):
        with run("--port", str(taken)) as second:
            assert second.end() == 1
            busy = taken + 1 if taken == port - 1 else taken
            assert second.errors() == (
                f"local: port {busy} is in use (Address already in use); "
                "take another pair of ports: make local PORT=18080\n"
            )
            assert second.lines == []
    assert dev.process.poll() is None


def test_both_hosts_hold_the_contract(dev: Command, port: int) -> None:
    found = re.search(r'"password": "([^"]+)"', "\n".join(dev.lines))
    assert found
    for host in (port, port + 1):
        url = f"http://127.0.0.1:{host}"
        asked = ["-m", "tests.conformance", "--url", url, "--user", "demo", "--per-second", "1000"]
        surroundings = {**os.environ, "PASSWORD": found[1]}
        done = subprocess.run([sys.executable, *asked], env=surroundings, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.fullmatch(r"conformance: \d{3} passed, 0 failed", done.stdout.splitlines()[-1])
        assert found[1] not in done.stdout


def test_sigterm_ends_it_at_once_and_leaves_no_process(dev: Command, port: int) -> None:
    # The last test of `dev`.
    below = descendants(dev.process.pid)
    assert len(below) >= 3  # the task's parent and worker, the function
    began = time.monotonic()
    assert dev.stop(signal.SIGTERM) == 0
    assert time.monotonic() - began < 5  # the drain would take 15
    assert alive(below) == set()
    assert dev.lines[-1].startswith("ready: ")
    for closed in (port, port + 1):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", closed)) != 0


def test_stack_prod_holds_every_check_on_both_hosts() -> None:
    with run("--stack", "prod", "--port", str(free_ports()), "--check") as command:
        code = command.end()
        assert code == 0, "\n".join(command.lines) + command.errors()
        lines = [line for line in command.lines if line.startswith("  ok ")]
        assert command.lines[-1] == f"checks: {len(lines)} passed, 0 failed"
        hosts = [line.split()[1] for line in lines]
        assert hosts.count("fargate") == hosts.count("lambda") == len(lines) / 2
        assert any("certificate: prod names none; one for api.example.test" in line for line in command.lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_before_it_is_ready_ends_it_and_leaves_no_process(number: signal.Signals) -> None:
    with run("--stack", "dev", "--port", str(free_ports())) as command:
        command.until("[")
        until = time.monotonic() + 60
        while not (below := descendants(command.process.pid)) and time.monotonic() < until:
            time.sleep(0.01)
        assert below
        assert command.stop(number) == 128 + number
        assert alive(below) == set()


def test_a_changed_model_is_refused_naming_both_digests(tmp_path: Path) -> None:
    root = copy_of_the_tree(tmp_path)
    folder = root / "model_artifacts" / "flight_delay"
    meant = json.loads((folder / "manifest.json").read_text())["sha256"]
    with (folder / "model.joblib").open("ab") as artifact:
        artifact.write(b"\0")
    came = hashlib.sha256((folder / "model.joblib").read_bytes()).hexdigest()
    with run("--port", str(free_ports()), "--check", root=root) as command:
        assert command.end() == 1
        errors = command.errors()
        assert meant in errors
        assert came in errors
        assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (
            ["--stack", "staging"],
            1,
            "there is no stack 'staging' (Pulumi.staging.yaml); there are: dev, prod",
        ),
        (["--port", "65535"], 2, "--port must be a number from 1 to 65534"),
    ],
)
def test_what_cannot_be_is_said(options: list[str], code: int, message: str) -> None:
    with run(*(["--port", str(free_ports())] if "--port" not in options else []), *options) as command:
        assert command.end() == code
        assert message in command.errors()


def test_a_missing_package_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(local_cloud, "NEEDED", ("json", "no_such_package"))
    monkeypatch.setattr("sys.argv", ["local_cloud"])
    assert local_cloud.main() == 3
    assert capsys.readouterr().err == (
        "local: no_such_package not installed; `make local` installs requirements/local.txt\n"
    )


def test_every_route_of_the_application_is_checked() -> None:
    manifest: dict[str, Any] = {
        "inputs": [{"name": "x", "kind": "number"}],
        "output": {"name": "y", "kind": "number"},
        "examples": [{"instance": [1.0], "prediction": 2.0}],
    }
    model = ServedModel("m", "1", "0" * 64, manifest)
    checked = {(check.method, check.template) for check in checks_for([model], model, "u", "p")}
    for route in ROUTES:
        for method in route.handlers:
            assert (method, route.path) in checked
