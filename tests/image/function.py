"""The image as a function: its real runtime client under a Runtime API of ours, with Lambda's limits."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from local_cloud.function import environment as lambda_environment
from local_cloud.lambda_runtime import Invocation, RuntimeApi

from .cloud import Cloud
from .engine import Engine
from .fargate import HostError
from .run_options import of_function, with_full_cpu

INIT_SECONDS = 60.0  # Lambda gives 10 and begins again; a loaded machine gets time


class Function:
    """One execution environment. `asked_at`: when it asked for its first event, in seconds since 1970."""

    def __init__(self, engine: Engine, container: str, api: RuntimeApi, arn: str, seconds: float) -> None:
        self._engine, self._container, self._api = engine, container, api
        self._arn, self._seconds = arn, seconds
        self.asked_at = 0.0

    @property
    def container(self) -> str:
        """The container's id."""
        return self._container

    def wait(self) -> None:
        """Waits for the client's first question. Raises HostError when it ends or takes too long."""
        until = time.monotonic() + INIT_SECONDS
        while not self._api.initialised.wait(1.0):
            if time.monotonic() > until or not self._engine.runs(self._container):
                raise HostError(f"the function does not start\n{self._engine.logs(self._container)}")
        self.asked_at = time.time()

    def invoke(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The function's answer to an event. Raises HostError when it failed or took longer than it may."""
        invocation = Invocation(json.dumps(event).encode(), self._arn, self._seconds)
        self._api.submit(invocation)
        if not invocation.done.wait(self._seconds):
            raise HostError(f"no answer in {self._seconds:.0f} s\n{self._engine.logs(self._container)}")
        if invocation.error:
            raise HostError(f"the invocation failed: {invocation.payload.decode(errors='replace')[:500]}")
        answer: dict[str, Any] = json.loads(invocation.payload)
        return answer


@contextlib.contextmanager
def function(
    engine: Engine,
    image: str,
    cloud: Cloud,
    network: str,
    *,
    full_cpu: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Function]:
    """Starts the function, waits for its init and removes it at the end."""
    api = RuntimeApi(cloud.aws.endpoint.removeprefix("http://").rpartition(":")[0])
    variables = {**lambda_environment(cloud.function, cloud.aws, api.address), **(environment or {})}
    options = [*of_function(cloud.function, variables), "--network", network]
    container = engine.start(image, with_full_cpu(options) if full_cpu else options)
    try:
        running = Function(
            engine, container, api, cloud.function["FunctionArn"], float(cloud.function["Timeout"])
        )
        running.wait()
        yield running
    finally:
        engine.remove(container)
        api.client_gone("the container was removed")
