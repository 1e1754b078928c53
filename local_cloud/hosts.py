"""What serves the stack here: the task and the function, each started once its definition is registered."""

import re
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from . import http_front, task
from .aws import Aws
from .client import wait_ready
from .configuration import Configuration
from .function import Function
from .ports import free_port
from .processes import Processes
from .recording import Graph, Resource

READY_SECONDS = 60


@dataclass(frozen=True)
class Host:
    """One door: its name, local address, the environment of its application, whether its process lives."""

    name: str
    url: str
    environment: Mapping[str, str]
    alive: Callable[[], bool]
    log: str

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
        self._task: Popen[bytes] | None = None
        self._function: Function | None = None
        self._lock = threading.Lock()
        self.metrics_port = free_port()
        self.not_started: list[str] = []

    def hear(self, resource: Resource) -> None:
        """Starts the process that `resource` defines, if it defines one and none of its kind runs."""
        with self._lock:
            if resource.type == "aws:ecs/taskDefinition:TaskDefinition":
                if self._task:
                    self.not_started.append(f"task {resource.name}")
                else:
                    ports = (self._port, self.metrics_port)
                    self._task = task.start(
                        self._aws, resource.outputs["arn"], self._processes, self._root, *ports
                    )
            if resource.type == "aws:lambda/function:Function":
                if self._function:
                    self.not_started.append(f"function {resource.name}")
                else:
                    self._function = Function(self._aws, resource.id, self._processes, self._root)

    def open(self, graph: Graph) -> list[Host]:
        """The hosts of the finished graph; the function is reachable from here on."""
        hosts = []
        if self._task:
            definition = graph.of_type("aws:ecs/taskDefinition:TaskDefinition")[0].outputs["arn"]
            hosts.append(
                Host("fargate", self._url(self._port), self._defined(definition), self._task_runs, task.NAME)
            )
        if self._function:
            api = graph.one("aws:apigatewayv2/api:Api")
            http_front.serve(self._listener, http_front.read_api(self._aws, api.id), self._function.invoke)
            variables = self._function.configuration["Environment"]["Variables"]
            # A function that ended starts again with the next event: it is never lost.
            hosts.append(Host("lambda", self._url(self._port + 1), variables, lambda: True, "function"))
        return hosts

    def addresses(self, graph: Graph, configuration: Configuration, console: str) -> dict[str, str]:
        """The local address for each of AWS that stands in the stack's outputs."""
        real: dict[str, str] = {}
        for balancer in graph.of_type("aws:lb/loadBalancer:LoadBalancer"):
            names = [balancer.outputs["dnsName"], configuration.get("domainName")]
            real |= {
                f"{way}://{name}": self._url(self._port)
                for name in names
                if name
                for way in ("http", "https")
            }
        for api in graph.of_type("aws:apigatewayv2/api:Api"):
            real[api.outputs["apiEndpoint"]] = self._url(self._port + 1)
        for value in (graph.exports.get("dashboardUrls") or {}).values():
            if name := re.search(r"#dashboards(?::name=|/dashboard/)([^;&]+)", value):
                real[value] = f"{console}/dashboards/{name[1]}"
        return real

    @property
    def lost(self) -> str:
        """The host whose process ended by itself; empty where none did."""
        return "fargate" if self._task and self._task.poll() is not None else ""

    def _task_runs(self) -> bool:
        return self._task is not None and self._task.poll() is None

    def _defined(self, definition: str) -> dict[str, str]:
        registered: Mapping[str, Any] = self._aws.call(
            "ecs.describe_task_definition", taskDefinition=definition
        )
        container = task.served_container(registered["taskDefinition"])
        return task.environment(container, self._aws, self._port, self.metrics_port)

    @staticmethod
    def _url(port: int) -> str:
        return f"http://127.0.0.1:{port}"
