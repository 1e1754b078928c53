"""One run: its workspace, its AWS, the CLI in the first clone, and the table that every step writes to."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.engine import tools
from tests.engine.cli import CommandError, Pulumi, Stack, environment
from tests.engine.cloud import Cloud, open_cloud
from tests.engine.events import short
from tests.engine.inventory import inventory, left
from tests.engine.proxy import Proxy
from tests.engine.table import Table
from tests.engine.workspace import Workspace
from tests.image.engine import Engine, NoEngineError
from tests.image.registry import NoRegistryError, local_registry


class Session:
    """Everything that the steps of a run share."""

    def __init__(
        self, workspace: Workspace, cloud: Cloud, proxy: Proxy, pulumi: Pulumi, table: Table
    ) -> None:
        self.workspace, self.cloud, self.proxy = workspace, cloud, proxy
        self.pulumi, self.table = pulumi, table

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

    def elsewhere(self, stack: Stack, name: str) -> Stack:
        """The same stack from a clone of its own in folder `name`, with the configuration that it has now."""
        folder = self.workspace.clone(name)
        settings = f"Pulumi.{stack.name}.yaml"
        (folder / settings).write_text((stack.pulumi.folder / settings).read_text())
        return stack.at(folder)

    def clear(self) -> None:
        """Destroys what an interrupted run left in an AWS that is not its own and goes on without it."""
        for stack in self.pulumi.stacks if not self.cloud.own else []:
            with contextlib.suppress(CommandError, ValueError):
                if stack.state():
                    print(f"clearing stack {stack.name} away from {self.cloud.url}", flush=True)
                    stack.clear()

    def check(self, stack: str, step: str, judge: Callable[[], list[str]]) -> bool:
        """A step that runs no single command: `judge` returns its complaints."""
        began = time.monotonic()
        complaints = judge()
        return self.table.add(stack, step, None, complaints, seconds=time.monotonic() - began)

    def nothing_left(self, stack: Stack, before: set[str]) -> None:
        """Nothing of a destroyed stack stands in the state or the account, but what is kept on purpose."""
        new, kept = left(before, inventory(self.cloud.url))
        in_state = [short(resource["urn"]) for resource in stack.state()]
        self.check(stack.name, "nothing left", lambda: [f"left: {item}" for item in in_state + new])
        if kept:
            print(
                f"    kept on purpose: {len(kept)} task definitions, because a rollback needs an active one"
            )


@contextlib.contextmanager
def open_session(plugins: str, keep: Path | None) -> Iterator[Session]:
    """Checks the machine, starts the cloud, clones the project; all of it is gone afterwards."""
    path = tools.search_path(plugins)
    tools.check(path)
    with contextlib.ExitStack() as opened:
        workspace = Workspace(keep)
        opened.callback(workspace.close)
        cloud = open_cloud(workspace.root)
        opened.callback(cloud.close)
        registry = _registry(opened)
        proxy = Proxy(cloud.url, registry)
        opened.callback(proxy.close)
        root = workspace.root
        all_there = tools.ambient(path).keys() == tools.PLUGINS.keys()
        env = environment(
            path, root / "home", workspace.backend(), proxy.url, root / "tmp", fetch=not all_there
        )
        fetched = tools.fill_cache(path, root / "home", env)
        pulumi = Pulumi(workspace.clone("first"), env, root / "logs")
        _introduce(pulumi, path, cloud, registry, fetched)
        session = Session(workspace, cloud, proxy, pulumi, Table())
        opened.callback(session.clear)
        yield session


def _registry(opened: contextlib.ExitStack) -> str | None:
    """The address of a registry for the images, where one can be started; the published builder needs it."""
    try:
        return opened.enter_context(local_registry(Engine()))
    except (NoEngineError, NoRegistryError):
        return None


def _introduce(
    pulumi: Pulumi, path: str, cloud: Cloud, registry: str | None, fetched: dict[str, str]
) -> None:
    print(f"pulumi {pulumi.do('version').strip()}; AWS: {cloud.kind}")
    print(f"images: {registry or 'no registry (a builder that pushes needs Docker and docker-registry)'}")
    for name, where in sorted(tools.ambient(path).items()):
        print(f"plugin {name}: {where}")
    for name, version in sorted(fetched.items()):
        print(f"plugin {name}: {version}, fetched by the CLI")
    print(f"processors: {os.cpu_count()}", flush=True)
