"""One run of the image test, step by step; each says what it did."""

from __future__ import annotations

import os
from collections.abc import Callable

from tests.conformance.url_door import UrlDoor

from .base_image import ROOT, base_image
from .cloud import Cloud, raise_cloud
from .comparison import Comparison
from .confinement import check_confinement
from .doors import of_function
from .drained import drain
from .engine import Engine
from .fargate import HostError, check_health, task, wait_until_ready
from .function import function
from .outcome import Outcome
from .registry import local_registry, push
from .slow_model import put_slow_model

SECONDS = 60.0  # for one request, of a quarter of a processor


class Session:
    """The steps. `base` is the image to build on, empty for the one that is found; `say` hears of each."""

    def __init__(self, engine: Engine, stack: str, base: str, say: Callable[[str], None]) -> None:
        self._engine, self._stack, self._base, self._say = engine, stack, base, say
        self._name = f"spot-inference-image-{os.getpid()}"
        self._outcome = Outcome()

    def run(self) -> Outcome:
        """Everything; a host that fails does not keep the others from being asked."""
        built = self._build()
        try:
            cloud = self._raise_cloud()
            with local_registry(self._engine) as registry:
                image = push(self._engine, built, registry)
                try:
                    self._say(f"registry: pushed to {registry}, pulled as {image.partition('@')[2]}")
                    self._ask(image, cloud)
                finally:
                    self._engine("rmi", image)
        finally:
            self._engine("rmi", built)
        return self._outcome

    def _build(self) -> str:
        base = self._base or base_image(self._engine, self._say)
        self._say(f"building inference_app on {base}")
        self._engine.build(ROOT / "inference_app", self._name, {"PYTHON_IMAGE": base})
        size, under = (self._engine.inspect(image)["Size"] / 1e6 for image in (self._name, base))
        self._say(f"built: {size:.0f} MB, {size - under:.0f} of them over the base")
        return self._name

    def _raise_cloud(self) -> Cloud:
        cloud = raise_cloud(self._stack, self._engine.make_network(self._name))
        self._say(
            f"aws: moto at {cloud.aws.endpoint}, the gateway of a network without a way out; "
            f"the program for {self._stack} ran in it"
        )
        return cloud

    def _ask(self, image: str, cloud: Cloud) -> None:
        comparison = Comparison(cloud, self._say)
        for step in (self._fargate, self._function):
            try:
                step(image, cloud, comparison)
            except HostError as error:
                self._outcome.failures.append(str(error))
        self._outcome.failures += comparison.failures
        try:
            self._drain(image, cloud)
        except HostError as error:
            self._outcome.failures.append(str(error))

    def _fargate(self, image: str, cloud: Cloud, comparison: Comparison) -> None:
        with task(self._engine, image, cloud, self._name) as running:
            took = wait_until_ready(self._engine, running)
            self._say(f"fargate: ready in {took:.1f} s with {cloud.task['cpu']} CPU units")
            check_health(self._engine, running, cloud)
            check_confinement(self._engine, running)
            self._say("fargate: healthy by both checks; no root, no capability, writes to /tmp only")
            with UrlDoor(running.url, seconds=SECONDS) as door:
                self._outcome.fargate = comparison.hold("fargate", door)

    def _function(self, image: str, cloud: Cloud, comparison: Comparison) -> None:
        with function(self._engine, image, cloud, self._name) as running:
            self._say(f"lambda: the runtime client asks for events, with {cloud.function['MemorySize']} MB")
            self._outcome.function = comparison.hold("lambda", of_function(running))

    def _drain(self, image: str, cloud: Cloud) -> None:
        environment = put_slow_model(cloud)
        with task(self._engine, image, cloud, self._name, environment=environment) as running:
            wait_until_ready(self._engine, running)
            seen = drain(self._engine, running, cloud, lambda line: self._say(f"drain: {line}"))
        self._outcome.answered, self._outcome.exit_code = seen.answered, seen.exit_code
        self._outcome.failures += [f"drain: {line}" for line in seen.broken]
