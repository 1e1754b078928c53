"""The parts of `make engine` that need no CLI: addresses, tools, secrets, names, the proxy, processes."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.engine import neighbours, processes, secret_texts, settings, tools
from tests.engine.cloud import CloudError, local
from tests.engine.processes import start
from tests.engine.proxy import Fault, Proxy


@pytest.mark.parametrize("url", ["http://127.0.0.1:5000", "http://localhost:1/", "http://[::1]:9"])
def test_an_address_on_this_machine_is_used(url: str) -> None:
    assert local(url) == url.rstrip("/")


@pytest.mark.parametrize("url", ["https://ecs.eu-central-1.amazonaws.com", "http://10.0.0.1:80", "nonsense"])
def test_an_address_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(CloudError, match="nothing but an AWS on this machine"):
        local(url)


def test_a_missing_cli_is_named_with_the_place_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(tools.MissingError, match=r"Pulumi CLI is not on PATH.*pulumi\.com"):
        tools.check(str(tmp_path))


def test_plugins_of_the_given_folder_come_first(tmp_path: Path) -> None:
    plugin = tmp_path / "pulumi-resource-aws"
    plugin.write_text("#!/bin/sh\n")
    plugin.chmod(0o755)
    assert tools.ambient(tools.search_path(str(tmp_path)))["aws"] == str(plugin)


def test_a_name_that_two_stacks_share_is_told() -> None:
    def state(name: str) -> list[dict[str, object]]:
        return [
            {
                "type": "aws:ecs/taskDefinition:TaskDefinition",
                "custom": True,
                "id": name,
                "outputs": {"family": "f"},
            },
            {"type": "spot-inference:index:Network", "custom": False, "outputs": {"name": "n"}},
        ]

    assert neighbours.in_both(state("a"), state("b")) == [
        'aws:ecs/taskDefinition:TaskDefinition "f" occurs in both'
    ]


class _Behind(BaseHTTPRequestHandler):
    """An AWS that says what it was asked."""

    def _answer(self) -> None:
        asked = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        body = f"{self.command} {self.path} {asked}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = _answer  # noqa: N815 - the base class's name

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    behind = HTTPServer(("127.0.0.1", 0), _Behind)
    thread = threading.Thread(target=behind.serve_forever, daemon=True)
    thread.start()
    made = Proxy(f"http://127.0.0.1:{behind.server_port}")
    yield made
    made.close()
    behind.shutdown()
    behind.server_close()
    thread.join()


def call(
    proxy: Proxy, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
) -> tuple[int, str]:
    connection = http.client.HTTPConnection(urlsplit(proxy.url).netloc, timeout=5)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_the_proxy_passes_on_what_both_sides_say(proxy: Proxy) -> None:
    assert call(proxy, "POST", "/a?b=c", "body") == (200, "POST /a?b=c body")


def test_only_the_named_call_of_the_named_service_fails(proxy: Proxy) -> None:
    def signed(service: str, action: str) -> dict[str, str]:
        scope = f"AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/{service}/aws4_request"
        return {"Authorization": scope, "X-Amz-Target": f"Service.{action}"}

    proxy.fault = Fault("ecs", "CreateService", code="AccessDeniedException", message="no")
    status, body = call(proxy, "POST", "/", "{}", signed("ecs", "CreateService"))
    assert (status, json.loads(body)) == (400, {"__type": "AccessDeniedException", "message": "no"})
    assert call(proxy, "POST", "/", "{}", signed("ecs", "CreateCluster"))[0] == 200
    assert call(proxy, "POST", "/", "{}", signed("ec2", "CreateService"))[0] == 200
    assert proxy.fault.hits == 1
    proxy.fault = None
    assert call(proxy, "POST", "/", "{}", signed("ecs", "CreateService"))[0] == 200


def test_ending_a_command_ends_the_plugins_that_left_its_process_group(tmp_path: Path) -> None:
    plugin = "import os, time; os.setpgid(0, 0); print(os.getpid(), flush=True); time.sleep(60)"
    parent = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {plugin!r}]); time.sleep(60)"
    )
    log = tmp_path / "log"
    with log.open("w") as out:
        child = start([sys.executable, "-c", parent], cwd=tmp_path, env=os.environ, out=out, err=out)
    deadline = time.monotonic() + 10
    while not log.read_text().strip() and time.monotonic() < deadline:
        time.sleep(0.02)
    plugin_id = int(log.read_text())
    child.end()
    assert child.members() == []
    with pytest.raises(ProcessLookupError):
        os.kill(plugin_id, 0)


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as out:
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        child = start(command, cwd=tmp_path, env=os.environ, out=out, err=out)
    assert child.wait(0.1) == -1
    assert child.process.returncode == -signal.SIGINT or child.process.returncode == 1


def test_without_a_cli_the_command_says_so_and_exits_with_3(tmp_path: Path) -> None:
    (tmp_path / "ps").symlink_to("/bin/ps")
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine"],
        cwd=Path(__file__).parents[2],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "engine: not run: the Pulumi CLI is not on PATH" in done.stdout


def test_secrets_are_found_inside_json_texts() -> None:
    found: set[str] = set()
    secret_texts._leaves(json.dumps({"keys": {"k1": "a-long-secret"}, "current": "k1"}), found)
    assert found == {"a-long-secret"}


STACK_FILE = """# cheap
encryptionsalt: v1:x
config:
  aws:region: eu-central-1
  app:users:
    - anna
    - ben
  app:zones: 2
"""


def test_a_setting_is_written_into_the_stack_file_and_nothing_else_changes() -> None:
    text = settings.changed(STACK_FILE, "app:users", ["carl"])
    assert text == STACK_FILE.replace("    - anna\n    - ben\n", "").replace(
        "config:\n", 'config:\n  app:users: ["carl"]\n'
    ).replace("  app:users:\n", "")
    assert settings.changed(STACK_FILE, "app:zones", None) == STACK_FILE.replace("  app:zones: 2\n", "")


def test_an_interrupted_run_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    """A CLI that hangs, plugins that are there in name, an AWS that answers."""
    tools_folder = tmp_path / "tools"
    tools_folder.mkdir()
    mark = tmp_path / "running"
    scripts = {
        "pulumi": f'[ "$1" = up ] || exit 0\ntouch {mark}\nsleep 60 & wait',
        "pulumi-language-python": "exit 0",
        **{f"pulumi-resource-{name}": "exit 0" for name in tools.PLUGINS},
    }
    for name, script in scripts.items():
        (tools_folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools_folder / name).chmod(0o755)
    (tmp_path / "modules/pip").mkdir(parents=True)
    (tmp_path / "modules/pip/__init__.py").touch()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with (tmp_path / "log").open("w") as log:
        child = start(
            [sys.executable, "-m", "tests.engine", "wrong"],
            cwd=Path(__file__).parents[2],
            env={
                "PATH": f"{tools_folder}:/usr/bin:/bin",
                "TMPDIR": str(temporary),
                "PYTHONPATH": str(tmp_path / "modules"),
                "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            },
            out=log,
            err=log,
        )
    deadline = time.monotonic() + 20
    while not mark.exists() and child.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    child.process.send_signal(signal.SIGTERM)
    code = child.process.wait(20)
    said = (tmp_path / "log").read_text()
    child.end()
    assert (code, list(temporary.iterdir())) == (130, []), said


def test_plugins_on_path_are_where_a_package_is_added_from(tmp_path: Path) -> None:
    for name in tools.PLUGINS:
        (tmp_path / f"pulumi-resource-{name}").write_text("#!/bin/sh\n")
        (tmp_path / f"pulumi-resource-{name}").chmod(0o755)
    assert tools.fill_cache(str(tmp_path), tmp_path / "home", {}) == {}
    found = sorted(path.name for path in (tmp_path / "home/plugins").glob("*/*") if path.is_symlink())
    assert found == [f"pulumi-resource-{name}" for name in ("aws", "awsx", "docker-build", "random")]


def test_a_name_inside_something_with_a_name_of_its_own_may_be_shared() -> None:
    alias = {"type": "aws:lambda/alias:Alias", "custom": True, "id": "arn", "outputs": {"name": "live"}}
    assert neighbours.names([alias]) == set()


def test_nothing_new_is_started_while_a_run_is_being_stopped(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as out:
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        child = start(command, cwd=tmp_path, env=os.environ, out=out, err=out)
        with processes.stopped():
            assert child.process.poll() is not None
            with pytest.raises(processes.StoppedError):
                start(command, cwd=tmp_path, env=os.environ, out=out, err=out)
        start([sys.executable, "-c", ""], cwd=tmp_path, env=os.environ, out=out, err=out).wait(10)
