"""What serves the stack here: the task and the function, each started once its definition is registered."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from . import http_front, task
from .aws import Aws
from .checks import METRICS, line, run_checks
from .client import wait_ready
from .configuration import Configuration
from .events import scheduled_event
from .function import NAME as FUNCTION
from .function import Function
from .ports import free_port
from .processes import Processes
from .recording import Graph, Resource

READY_SECONDS = 60
Results = Iterable[tuple[bool, str]]


@dataclass(frozen=True)
class Host:
    """One door: name, local address, the application's variables, whether its process lives, its log's name.

    `further_checks` are those of this host alone.
    """

    name: str
    url: str
    environment: Mapping[str, str]
    alive: Callable[[], bool]
    log: str
    further_checks: Callable[[], Results]

    def wait(self) -> bool:
        """Waits until it is ready; False when it cannot be any more."""
        return wait_ready(self.url, self.alive, READY_SECONDS)


class Hosts:
    """Hears of resources while the program runs, and starts what they define."""

    def __init__(
        self, aws: Aws, processes: Processes, root: Path, port: int, listener: socket.socket
    ) -> None:
        self._aws, self._processes, self._root = aws, processes, root
        self._port, self._listener = port, listener
        self._definition = ""
        self._task: Popen[bytes] | None = None
        self._function: Function | None = None
        self._lock = threading.Lock()
        self._metrics_port = free_port()
        self.task_started = threading.Event()
        self.not_started: list[str] = []

    def hear(self, resource: Resource) -> None:
        """Starts the process that `resource` defines; a second one of its kind is only noted."""
        with self._lock:
            if resource.type == "aws:ecs/taskDefinition:TaskDefinition":
                if self._definition:
                    self.not_started.append(f"task {resource.name}")
                    return
                self._definition = resource.outputs["arn"]
                ports = (self._port, self._metrics_port)
                self._task = task.start(self._aws, self._definition, self._processes, self._root, *ports)
                self.task_started.set()
            if resource.type == "aws:lambda/function:Function":
                if self._function:
                    self.not_started.append(f"function {resource.name}")
                    return
                self._function = Function(self._aws, resource.id, self._processes, self._root)

    def open(self, graph: Graph) -> list[Host]:
        """The hosts of the finished graph; the function is reachable from here on."""
        hosts = []
        if self._task:
            container = task.registered_container(self._aws, self._definition)
            seen = task.environment(container, self._aws, self._port, self._metrics_port)
            url = self._url(self._port)
            hosts.append(Host("fargate", url, seen, self._task_runs, task.NAME, lambda: _metrics(seen)))
        if self._function:
            function, api = self._function, graph.one("aws:apigatewayv2/api:Api")
            http_front.serve(self._listener, http_front.read_api(self._aws, api.id), function.invoke)
            seen_there = function.configuration["Environment"]["Variables"]
            url = self._url(self._port + 1)
            # A function that ended starts again with the next event: it is never lost.
            hosts.append(
                Host("lambda", url, seen_there, lambda: True, FUNCTION, lambda: _pings(graph, function))
            )
        else:
            self._listener.close()  # nobody would ever answer there
        return hosts

    def addresses(self, graph: Graph, configuration: Configuration, console: str) -> dict[str, str]:
        """The local address for each of AWS that may stand in the stack's outputs."""
        real: dict[str, str] = {}
        for balancer in graph.of_type("aws:lb/loadBalancer:LoadBalancer"):
            for name in filter(None, (balancer.outputs["dnsName"], configuration.get("domainName"))):
                real |= {f"{way}://{name}": self._url(self._port) for way in ("http", "https")}
        for api in graph.of_type("aws:apigatewayv2/api:Api"):
            real[api.outputs["apiEndpoint"]] = self._url(self._port + 1)
        for value in (graph.exports.get("dashboardUrls") or {}).values():
            if name := re.search(r"#dashboards(?::name=|/dashboard/)([^;&]+)", value):
                real[value] = f"{console}/dashboards/{name[1]}"
        return real

    @property
    def lost(self) -> str:
        """The host whose process ended by itself; empty where none did."""
        return "" if self._task is None or self._task_runs() else "fargate"

    def _task_runs(self) -> bool:
        return self._task is not None and self._task.poll() is None

    @staticmethod
    def _url(port: int) -> str:
        return f"http://127.0.0.1:{port}"


def _metrics(environment: Mapping[str, str]) -> Results:
    """The metrics of the task, where it has a port for them."""
    port = environment.get("METRICS_PORT")
    return run_checks("fargate", f"http://127.0.0.1:{port}", [METRICS]) if port else ()


def _pings(graph: Graph, function: Function) -> Results:
    """The events of the schedules that call the function, as EventBridge sends them."""
    schedules = {rule.id: rule for rule in graph.of_type("aws:cloudwatch/eventRule:EventRule")}
    for target in graph.of_type("aws:cloudwatch/eventTarget:EventTarget"):
        if rule := schedules.get(target.inputs["rule"]):
            event = json.dumps(scheduled_event(rule.outputs["arn"])).encode()
            payload, error = function.invoke(event, target.inputs["arn"])
            title = f"EVENT  {rule.inputs['scheduleExpression']}"
            yield (
                not error,
                line("lambda", title, payload.decode(errors="replace") if error else "", "answered"),
            )
