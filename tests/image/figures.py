"""Measures the image: its size, its starts, its memory, its answers; of each time the least."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from local_cloud.client import log_in, send
from local_cloud.served_models import read_models
from tests.conformance.asking import Asked

from .cloud import Cloud
from .doors import of_function
from .engine import Engine
from .fargate import HostError, task
from .function import function
from .imports import Cost, costs_of
from .packages import Package, packages_in
from .slow_model import put_slow_model

RUNS = 5
SLOW_RUNS = 2  # with the task's part of a processor
ROUND = 0.01
PATIENCE = 90.0


@dataclass(frozen=True)
class Starts:
    """One host: seconds from the container's start, MiB at rest, milliseconds of two predictions."""

    full: float
    limited: float
    memory: float
    first: float
    second: float


@dataclass(frozen=True)
class Figures:
    """All that the report tells. Sizes in bytes."""

    image: int
    base: int
    packages: list[Package]
    imported: set[str]  # by either host, and by a task with a model that only scikit-learn reads
    imported_always: set[str]  # by either host with the stack's models
    fargate: Starts
    function: Starts
    costs: list[Cost]

    def wheels(self, names: set[str]) -> int:
        """What the wheels with one of these modules installed."""
        return sum(package.installed for package in self.packages if package.has_any(names))


def measure(
    engine: Engine, image: str, base: str, cloud: Cloud, network: str, say: Callable[[str], None]
) -> Figures:
    """Everything, one container after the other."""
    packages = packages_in(engine, image)
    costs = _function_imports(engine, image, cloud, network)
    always = {cost.package for cost in [*costs, *_fargate_imports(engine, image, cloud, network, {})]}
    slow_model = put_slow_model(cloud)
    imported = always | {c.package for c in _fargate_imports(engine, image, cloud, network, slow_model)}
    say(f"imports: {_total(costs):.0f} ms for a function; a model of scikit-learn alone needs more")
    fargate = _least(lambda: _fargate(engine, image, cloud, network, limited=False), RUNS)
    slow = _least(lambda: _fargate(engine, image, cloud, network, limited=True), SLOW_RUNS)
    say(f"fargate: ready in {fargate.full:.2f} s, {slow.limited:.2f} s with the task's processor")
    lambda_ = _least(lambda: _function(engine, image, cloud, network, limited=False), RUNS)
    slow_lambda = _least(lambda: _function(engine, image, cloud, network, limited=True), SLOW_RUNS)
    say(f"lambda: ready in {lambda_.full:.2f} s, {slow_lambda.limited:.2f} s with its memory's processor")
    return Figures(
        engine.inspect(image)["Size"],
        engine.inspect(base)["Size"],
        packages,
        imported,
        always,
        _with_limited(fargate, slow),
        _with_limited(lambda_, slow_lambda),
        costs,
    )


def _fargate(engine: Engine, image: str, cloud: Cloud, network: str, *, limited: bool) -> Starts:
    with task(engine, image, cloud, network, full_cpu=not limited) as running:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                if send(running.url, "GET", "/readyz").status == 200:
                    break
            except OSError:
                pass
            if time.monotonic() > until:
                raise HostError(f"the task is not ready\n{engine.logs(running.container)}")
            time.sleep(ROUND)
        ready = time.time() - _started(engine, running.container)
        _, model = read_models(cloud.aws, cloud.task_environment)
        token = log_in(running.url, cloud.user, cloud.password)
        body = {"instances": [model.example["instance"]]}
        first, second = (
            _milliseconds(lambda: send(running.url, "POST", "/predict", body, token).status) for _ in range(2)
        )
        return Starts(ready, ready, _memory(engine, running.container), first, second)


def _function(engine: Engine, image: str, cloud: Cloud, network: str, *, limited: bool) -> Starts:
    with function(engine, image, cloud, network, full_cpu=not limited) as running:
        ready = running.asked_at - _started(engine, running.container)
        door = of_function(running)
        _, model = read_models(cloud.aws, cloud.task_environment)
        login = json.dumps({"username": cloud.user, "password": cloud.password}).encode()
        kind = {"Content-Type": "application/json"}
        token = json.loads(door(Asked("POST", "/login", headers=kind, body=login)).body)["access_token"]
        body = json.dumps({"instances": [model.example["instance"]]}).encode()
        asked = Asked("POST", "/predict", headers={**kind, "Authorization": f"Bearer {token}"}, body=body)
        first, second = (_milliseconds(lambda: door(asked).status) for _ in range(2))
        return Starts(ready, ready, _memory(engine, running.container), first, second)


def _fargate_imports(
    engine: Engine, image: str, cloud: Cloud, network: str, environment: Mapping[str, str]
) -> list[Cost]:
    profile = {"PYTHONPROFILEIMPORTTIME": "1", **environment}
    with task(engine, image, cloud, network, full_cpu=True, environment=profile) as running:
        until = time.monotonic() + PATIENCE
        while "ready (worker" not in (written := engine.logs(running.container, 10_000)):
            if time.monotonic() > until:
                raise HostError(f"the task is not ready\n{engine.logs(running.container)}")
            time.sleep(0.1)
        return costs_of(written)


def _function_imports(engine: Engine, image: str, cloud: Cloud, network: str) -> list[Cost]:
    profile = {"PYTHONPROFILEIMPORTTIME": "1"}
    best: list[Cost] = []
    for _ in range(RUNS):
        with function(engine, image, cloud, network, full_cpu=True, environment=profile) as running:
            costs = costs_of(engine.logs(running.container, 10_000))
        if not best or _total(costs) < _total(best):
            best = costs
    return best


def _total(costs: list[Cost]) -> float:
    return sum(cost.milliseconds for cost in costs)


def _least(measured: Callable[[], Starts], runs: int) -> Starts:
    """Of each figure the least: what else the machine does only adds."""
    found = [measured() for _ in range(runs)]
    return Starts(*(min(getattr(one, name) for one in found) for name in Starts.__dataclass_fields__))


def _with_limited(full: Starts, limited: Starts) -> Starts:
    return Starts(full.full, limited.limited, full.memory, full.first, full.second)


def _started(engine: Engine, container: str) -> float:
    """When the container's first process started, in seconds since 1970."""
    text = engine.inspect(container)["State"]["StartedAt"]
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d*Z$", r"\1+00:00", text)).timestamp()


def _memory(engine: Engine, container: str) -> float:
    """MiB, without the files that the kernel has read and could forget."""
    said = engine("stats", "--no-stream", "--format", "{{.MemUsage}}", container)
    found = re.match(r"([0-9.]+)(KiB|MiB|GiB)", said)
    if found is None:
        raise HostError(f"docker stats: MiB expected, {said!r} came")
    return float(found[1]) * {"KiB": 1 / 1024, "MiB": 1.0, "GiB": 1024.0}[found[2]]


def _milliseconds(ask: Callable[[], int]) -> float:
    began = time.perf_counter()
    status = ask()
    if status != 200:
        raise HostError(f"POST /predict: 200 expected, {status} came")
    return 1000 * (time.perf_counter() - began)
