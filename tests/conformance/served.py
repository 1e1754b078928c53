"""What this checkout's doors serve in the tests: the project's own models, or small ones of other kinds."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from inference_app.hosts.assembly import assemble
from inference_app.settings import read_settings
from tests.app.support.environment import KEY_2, PASSWORD, USER, environment
from tests.app.support.kinds import publish_people, publish_picture, publish_signal, publish_words
from tests.app.support.process import ROOT, running
from tests.app.support.published import publish_days, publish_line, release_of

from .asking import Door
from .cases import GROUPS
from .doors import function, wsgi
from .events import Event, alb, http_v2, rest_v1
from .runner import Result, run
from .service import Service, learn
from .tokens import Signing
from .url_door import UrlDoor
from .ways import BALANCER_EVENTS, DIRECT, Way

Releases = list[dict[str, str]]

REFERENCE = "wsgi"
FUNCTIONS: dict[str, tuple[Event, Way]] = {
    "rest_v1": (rest_v1, DIRECT),
    "http_v2": (http_v2, DIRECT),
    "alb": (alb, BALANCER_EVENTS),
}
SERVERS = {
    "waitress": {},
    "waitress, Flask alone": {"IN_PLACE": "0", "FAST_PATH": "0"},
    "granian": {"SERVER": "granian"},
}
DOORS = (REFERENCE, *FUNCTIONS, *SERVERS)


def of_the_project(_: Path) -> tuple[Releases, str]:
    """The models that are committed, flight_delay as the default."""
    folders = sorted(path.parent for path in (ROOT / "model_artifacts").glob("*/manifest.json"))
    return [release_of(folder) for folder in folders], "flight_delay"


def small(folder: Path) -> tuple[Releases, str]:
    """A model of each kind of input: one-hot weekdays by name and a free temperature, a mixed table, an
    array, a text, an image; two of a single number, so that a query does not say which."""
    half = [{"instance": [0.5], "prediction": 2.0}]
    return [
        publish_days(folder / "days"),
        publish_line(folder / "line"),
        publish_line(folder / "other_line", name="other_line", examples=half),
        publish_people(folder / "people"),
        publish_signal(folder / "signal"),
        publish_words(folder / "words"),
        publish_picture(folder / "picture"),
    ], "people"


WORLDS: dict[str, Callable[[Path], tuple[Releases, str]]] = {"project": of_the_project, "small": small}


@dataclass
class House:
    """One set of models behind every door; a door is opened when it is first asked."""

    environ: dict[str, str]
    folder: Path
    stack: ExitStack
    _doors: dict[str, tuple[Door, Way, Service]] = field(default_factory=dict)
    _results: dict[tuple[str, str], list[Result]] = field(default_factory=dict)

    def results(self, door: str, group: str) -> list[Result]:
        """What became of each case of `group` at `door`."""
        if (door, group) not in self._results:
            ask, way, service = self._opened(door)
            self._results[door, group] = run(ask, GROUPS[group](service), way)
        return self._results[door, group]

    def service(self, door: str = REFERENCE) -> Service:
        """What `door` tells about itself."""
        return self._opened(door)[2]

    def door(self, name: str) -> Door:
        """The door itself."""
        return self._opened(name)[0]

    def url(self, server: str) -> str:
        """Where `server` listens."""
        door = self.door(server)
        assert isinstance(door, UrlDoor)
        return door.url

    def _opened(self, name: str) -> tuple[Door, Way, Service]:
        if name not in self._doors:
            door, way = self._open(name)
            service = learn(door, USER, PASSWORD, Signing("k2", KEY_2))
            self._doors[name] = door, way, service
        return self._doors[name]

    def _open(self, name: str) -> tuple[Door, Way]:
        if name in SERVERS:
            log = self.folder / f"{name}.log"
            _, port = self.stack.enter_context(running({**self.environ, **SERVERS[name]}, log))
            return self.stack.enter_context(UrlDoor(f"http://127.0.0.1:{port}", seconds=10)), DIRECT
        # An application for each door: failed logins at one do not count at another.
        application = assemble(read_settings(self.environ))
        assert application.load(), json.dumps(self.environ)
        if name == REFERENCE:
            return wsgi(application), DIRECT
        event, way = FUNCTIONS[name]
        return function(application, event), way


def house(world: str, folder: Path, stack: ExitStack) -> House:
    """The house of `world`, its files below `folder`."""
    releases, default = WORLDS[world](folder)
    return House(environment(folder / "secrets", releases, default=default), folder, stack)
