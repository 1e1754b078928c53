"""Every program under examples/: up, a quiet second up, destroy; the library is a wheel or a plugin."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.engine import example_env, expect, processes, settings, somebody_else, tools
from tests.engine.cli import CommandError, Pulumi, Stack
from tests.engine.events import short
from tests.engine.inventory import inventory, left
from tests.engine.session import Session

# Their time goes into the provider's own waits: they pass side by side.
AT_ONCE = 3


@dataclass(frozen=True)
class Example:
    """A folder under examples/, the configuration that it asks for, the language host that it needs."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    language: str = "python"


def examples(theirs: somebody_else.Settings) -> list[Example]:
    """All of them, the longest first; `theirs` is the configuration of what exists already."""
    return [
        Example("everything"),
        Example("fargate_alone"),
        Example("typescript", language="nodejs"),
        Example("yaml", language="yaml"),
        Example("lambda_alone"),
        Example("bucket_alone"),
        Example("existing_infrastructure", theirs),
        Example("watch_another_service", somebody_else.OTHER_SERVICE),
        Example("another_image", {"imageUri": somebody_else.IMAGE}),
    ]


def run(session: Session) -> None:
    """Every example whose language host is there; one that was not run is named."""
    clone = session.workspace.clone("examples-clone")
    sources = session.workspace.clone("wheel-sources")
    environment = example_env.make(session.workspace.root / "wheel-env", sources)
    path = session.pulumi.env["PATH"]
    with somebody_else.infrastructure(session.cloud.url) as theirs:
        before = inventory(session.cloud.url)
        able = []
        for example in examples(theirs):
            if tools.host(path, example.language) and (example.language != "nodejs" or _npm(path)):
                able.append(example)
            else:
                print(f"    not run: examples/{example.name}: no language host for {example.language}")
        _side_by_side([partial(_live, session, clone / "examples" / e.name, e, environment) for e in able])
        new, _ = left(before, inventory(session.cloud.url))
    session.table.add("examples", "nothing left of any", None, [f"left: {item}" for item in new])


def _side_by_side(lives: list[Callable[[], None]]) -> None:
    """Runs them, a few at once; an interrupt ends those that run and starts no other."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(life) for life in lives]
        try:
            for life in running:
                life.result()
        except KeyboardInterrupt:
            with processes.stopped():
                pool.shutdown(cancel_futures=True)
            raise


def _npm(path: str) -> bool:
    return all(shutil.which(name, path=path) for name in ("node", "npm"))


def _live(session: Session, folder: Path, example: Example, environment: Path) -> None:
    table, name = session.table, example.name
    try:
        stack = _prepare(session.pulumi.at(folder), folder, example, environment)
    except CommandError as error:
        table.add(name, "prepare", None, [str(error)])
        return
    up = stack.up()
    outputs = stack.outputs() if not up.code else {}
    empty = [f"output {key} is empty" for key, value in outputs.items() if value in ("", None, [])]
    table.add(name, "up", up, expect.only_creates(up) + empty)
    if not up.code:
        quiet = stack.up()
        table.add(name, "up again", quiet, expect.no_changes(quiet))
    destroy = stack.destroy()
    table.add(
        name, "destroy", destroy, expect.worked(destroy) + [f"left: {short(r['urn'])}" for r in stack.state()]
    )


def _prepare(pulumi: Pulumi, folder: Path, example: Example, environment: Path) -> Stack:
    stack = Stack(pulumi, "try")
    if example.language == "python":
        (folder / "venv").symlink_to(environment)
    settings.write(folder, "try", {"aws:region": "eu-central-1", **example.settings})
    if example.language == "nodejs":
        pulumi.do("package", "add", "../../components", seconds=300)
    return stack.init()
