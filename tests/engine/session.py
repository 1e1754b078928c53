"""One run: its workspace, its AWS, the CLI in the first clone, and the table that every step writes to."""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.engine import tools
from tests.engine.cli import Pulumi, Stack, environment
from tests.engine.cloud import Cloud, open_cloud
from tests.engine.table import Table
from tests.engine.workspace import Workspace

PROJECT = "spot-inference"


class Session:
    """Everything that the steps of a run share."""

    def __init__(self, workspace: Workspace, cloud: Cloud, pulumi: Pulumi, table: Table) -> None:
        self.workspace, self.cloud, self.pulumi, self.table = workspace, cloud, pulumi, table

    @property
    def clone(self) -> Path:
        """The first clone of the project."""
        return self.pulumi.folder

    def stack(self, name: str, *, like: str = "") -> Stack:
        """A new stack of the program; `like` names the stack file that it starts from."""
        if like and like != name:
            text = (self.clone / f"Pulumi.{like}.yaml").read_text()
            (self.clone / f"Pulumi.{name}.yaml").write_text(text)
        return Stack(self.pulumi, name).init()

    def check(self, stack: str, step: str, judge: Callable[[], list[str]]) -> bool:
        """A step that runs no single command: `judge` returns its complaints."""
        began = time.monotonic()
        complaints = judge()
        return self.table.add(stack, step, None, complaints, seconds=time.monotonic() - began)


@contextlib.contextmanager
def open_session(plugins: str, keep: Path | None) -> Iterator[Session]:
    """Checks the machine, starts the cloud, clones the project; all of it is gone afterwards."""
    path = tools.search_path(plugins)
    tools.check(path)
    workspace = Workspace(keep)
    try:
        cloud = open_cloud(path, workspace.root)
        try:
            root = workspace.root
            all_there = tools.ambient(path).keys() == tools.PLUGINS.keys()
            env = environment(
                path,
                root / "home",
                workspace.backend(),
                cloud.url,
                root / "tmp",
                "true" if all_there else "false",
            )
            fetched = tools.install_others(path, env)
            pulumi = Pulumi(workspace.clone("first"), env, root / "logs")
            _introduce(pulumi, path, cloud, fetched)
            yield Session(workspace, cloud, pulumi, Table())
        finally:
            cloud.close()
    finally:
        workspace.close()


def _introduce(pulumi: Pulumi, path: str, cloud: Cloud, fetched: dict[str, str]) -> None:
    print(f"pulumi {pulumi.do('version').strip()}; AWS: {cloud.kind}")
    for name, where in sorted(tools.ambient(path).items()):
        print(f"plugin {name}: {where}")
    for name, version in sorted(fetched.items()):
        print(f"plugin {name}: {version}, fetched by the CLI")
    print(f"processors: {os.cpu_count()}", flush=True)


def secret_texts(stack: Stack) -> set[str]:
    """Every password, key and token of a stack, decrypted from its state: texts of 8 characters and more."""
    found: set[str] = set()
    for resource in stack.state(secrets=True):
        for part in ("inputs", "outputs"):
            for key, value in (resource.get(part) or {}).items():
                if not key.startswith("__"):  # a bridge's own bookkeeping is secret as a whole
                    _collect(value, found)
    return found


def _collect(value: object, found: set[str]) -> None:
    if isinstance(value, dict):
        if "plaintext" in value:
            _leaves(json.loads(value["plaintext"]), found)
        else:
            for item in value.values():
                _collect(item, found)
    elif isinstance(value, list):
        for item in value:
            _collect(item, found)


def _leaves(value: object, found: set[str]) -> None:
    if isinstance(value, str):
        try:
            inner = json.loads(value)
        except ValueError:
            inner = None
        if isinstance(inner, dict | list):
            _leaves(inner, found)
        elif len(value) >= 8:
            found.add(value)
    elif isinstance(value, dict):
        for item in value.values():
            _leaves(item, found)
    elif isinstance(value, list):
        for item in value:
            _leaves(item, found)
