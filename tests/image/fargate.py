"""The image as a task: its definition's limits, rights and environment, on a network without a way out."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from local_cloud.client import wait_ready

from .cloud import Cloud
from .engine import Engine, EngineError
from .run_options import health_check, of_task, with_full_cpu

READY_SECONDS = 90
HEALTHY_SECONDS = 60


class HostError(Exception):
    """A container that does not do what it must; the message holds the end of its log."""


@dataclass(frozen=True)
class Task:
    """A running container and where it answers. `started`: the second before the engine was asked."""

    container: str
    address: str
    port: int
    started: float

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self.address}:{self.port}"


@contextlib.contextmanager
def task(
    engine: Engine,
    image: str,
    cloud: Cloud,
    network: str,
    *,
    full_cpu: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Task]:
    """Starts the task of the definition, with `environment` over its own; removed at the end."""
    variables = {**cloud.task_environment, **(environment or {})}
    options = [*of_task(cloud.task, variables), "--network", network]
    # The image's own check, as often as a test can wait for.
    options += ["--health-interval", "2s", "--health-start-period", "60s"]
    started = time.monotonic()
    container = engine.start(image, with_full_cpu(options) if full_cpu else options)
    try:
        yield Task(container, engine.address(container), int(variables["PORT"]), started)
    finally:
        engine.remove(container)


def wait_until_ready(engine: Engine, running: Task) -> float:
    """Seconds from the start of the container to the first 200 of /readyz. Raises HostError."""
    if not wait_ready(running.url, lambda: engine.runs(running.container), READY_SECONDS):
        raise HostError(f"the task is not ready\n{engine.logs(running.container)}")
    return time.monotonic() - running.started


def check_health(engine: Engine, running: Task, cloud: Cloud) -> None:
    """Both checks say that it is well: the image's own, and the one that the task definition brings."""
    until = time.monotonic() + HEALTHY_SECONDS
    while (said := engine.inspect(running.container)["State"]["Health"]["Status"]) != "healthy":
        if said == "unhealthy" or time.monotonic() > until:
            raise HostError(f"the image's HEALTHCHECK says {said}\n{engine.logs(running.container)}")
        time.sleep(0.2)
    try:
        engine("exec", running.container, *health_check(cloud.task))
    except EngineError as error:
        raise HostError(f"the task definition's health check fails: {error}") from None


def alive(engine: Engine, running: Task) -> Callable[[], bool]:
    """Whether the container runs, as a question to ask later."""
    return lambda: engine.runs(running.container)
