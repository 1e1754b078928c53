"""One `make local`: AWS, the program, a prediction on each host, outputs; then checks, or until stopped."""

import itertools
import json
import re
import shlex
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .aws import Aws
from .checks import checks_for, run_checks
from .client import log_in, send
from .configuration import Configuration, read_configuration, with_certificate
from .engine import run_program
from .hosts import Host, Hosts
from .outputs import localised, table
from .processes import Processes
from .provision.recorded import NOT_HERE, STOOD_IN_FOR
from .recording import Graph
from .served_models import ServedModel, read_models


class SessionError(Exception):
    """Why the stack does not stand; the message is for the person at the terminal."""


class Session:
    """The steps of one run, each with a line that says what it did."""

    def __init__(
        self, root: Path, stack: str, port: int, listener: socket.socket, processes: Processes, began: float
    ) -> None:
        self._root, self._stack, self._port = root, stack, port
        self._listener, self._processes = listener, processes
        self._began = began

    def bring_up(self, endpoint: str) -> None:
        """Everything up to the line that says so. Raises SessionError and what its steps raise."""
        configuration = read_configuration(self._root, self._stack)
        self.aws = Aws(endpoint, configuration.region)
        self._say(f"aws: moto answers at {endpoint} for {configuration.region}, nothing leaves this machine")
        configured = with_certificate(configuration, self.aws)
        if configured is not configuration:
            name = configured.get("domainName")
            self._say(f"certificate: {self._stack} names none; one for {name} is issued in the embedded ACM")
        self.hosts = Hosts(self.aws, self._processes, self._root, self._port, self._listener)
        graph = run_program(self._root, configured, self.aws, self.hosts.hear, self.hosts.task_started)
        self._tell_resources(graph)
        self._open(graph, configured, endpoint)

    def _open(self, graph: Graph, configured: Configuration, endpoint: str) -> None:
        self.doors = self.hosts.open(graph)
        folder = self._processes.logs.relative_to(self._root)
        logs = ", ".join(f"{folder / door.log}.log" for door in self.doors)
        self._say(
            f"processes: {' and '.join(door.name for door in self.doors)} started; they write to {logs}"
        )
        self.user, self.password = self._credentials(graph)
        with ThreadPoolExecutor() as pool:
            for line in pool.map(self._serve, self.doors):
                self._say(line)
        outputs = localised(graph.exports, self.hosts.addresses(graph, configured, endpoint))
        for line in ["", *table(outputs, graph.secret_exports), "", *self._curl_lines(), ""]:
            print(line, flush=True)

    @property
    def ready_line(self) -> str:
        """The last line of a run that stands."""
        return "ready: " + " ".join(door.url for door in self.doors)

    def check(self) -> bool:
        """Sends every check to every host; the last line says how many held."""
        verdicts = []
        for door in self.doors:
            models, default = read_models(self.aws, door.environment)
            checks = list(checks_for(models, default, self.user, self.password))
            token = log_in(door.url, self.user, self.password)
            results = run_checks(door.name, door.url, checks, token)
            for passed, line in itertools.chain(results, door.further_checks()):
                verdicts.append(passed)
                print(line, flush=True)
        print(f"checks: {sum(verdicts)} passed, {len(verdicts) - sum(verdicts)} failed", flush=True)
        return bool(verdicts) and all(verdicts)

    def stay(self, stopped: threading.Event) -> None:
        """Waits until stopped. Raises SessionError when a host ends by itself."""
        while not stopped.wait(0.5):
            if lost := self.hosts.lost:
                raise SessionError(f"{lost} ended by itself\n{self._processes.tail('task')}")

    def _say(self, line: str) -> None:
        print(f"[{time.monotonic() - self._began:5.1f} s] {line}", flush=True)

    def _tell_resources(self, graph: Graph) -> None:
        own = [resource for resource in graph.resources if resource.custom or resource.remote]
        recorded = [resource for resource in own if resource.type in NOT_HERE]
        self._say(f"program: {len(own)} resources, {len(own) - len(recorded)} of them made in moto")
        for type_ in sorted({resource.type for resource in recorded}):
            self._say(f"recorded only: {type_} ({NOT_HERE[type_]})")
        for type_ in sorted({resource.type for resource in own} & set(STOOD_IN_FOR)):
            self._say(f"stood in for: {type_} ({STOOD_IN_FOR[type_]})")
        for what in self.hosts.not_started:
            self._say(f"not started: {what} (one task and one function run here)")

    def _credentials(self, graph: Graph) -> tuple[str, str]:
        """A user and the generated password, read as the output loginCommand tells a person to."""
        command = str(graph.exports.get("loginCommand", ""))
        secret = re.search(r"arn:aws:secretsmanager:\S+", command)
        if not secret:
            raise SessionError(f"the output loginCommand names no secret: {command!r}")
        passwords = json.loads(
            self.aws.call("secretsmanager.get_secret_value", SecretId=secret[0])["SecretString"]
        )
        user = sorted(passwords)[0]
        return user, passwords[user]

    def _serve(self, door: Host) -> str:
        """Waits for a host, logs in and predicts; what it said."""
        if not door.wait():
            raise SessionError(f"{door.name} is not ready\n{self._processes.tail(door.log)}")
        _, model = read_models(self.aws, door.environment)
        token = log_in(door.url, self.user, self.password)
        reply = send(door.url, "POST", "/predict", {"instances": [model.record]}, token)
        if reply.status != 200:
            raise SessionError(f"{door.name}: POST /predict answered {reply.status}: {reply.body.decode()}")
        return f"{door.name}: {door.url} is ready; logged in as {self.user}; {_told(model, reply.json())}"

    def _curl_lines(self) -> Sequence[str]:
        """Lines to paste: a token, a prediction, what there is."""
        door = self.doors[0]
        _, model = read_models(self.aws, door.environment)
        login = json.dumps({"username": self.user, "password": self.password})
        body = json.dumps({"instances": [model.record]})
        kind = "-H 'Content-Type: application/json'"
        take = """python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])'"""
        variables = " ".join(f"{name}={value}" for name, value in self.aws.environment().items())
        lines = [f"# for the aws command: export {variables}"]
        lines.append(f"TOKEN=$(curl -s {door.url}/login {kind} -d {shlex.quote(login)} | {take})")
        for each in self.doors:
            bearer = '-H "Authorization: Bearer $TOKEN"'
            lines.append(f"curl -s {each.url}/predict {bearer} {kind} -d {shlex.quote(body)}")
        return lines


def _told(model: ServedModel, answer: Any) -> str:
    """A prediction in words: the label of the class, or the number."""
    value, output = answer["prediction"][0], model.manifest["output"]
    labels = dict(zip(output.get("classes", []), output.get("labels", []), strict=False))
    return f"{model.name} says {output['name']} = {value}" + (
        f" ({labels[value]})" if value in labels else ""
    )
