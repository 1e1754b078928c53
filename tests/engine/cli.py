"""One stack under the real CLI: commands in, reports out."""

import contextlib
import itertools
import json
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.engine import events, settings
from tests.engine.events import Report
from tests.engine.processes import Usage, start

# More than any step takes here; a step that hangs ends the run with its name.
SECONDS = 900.0
NUMBERS = itertools.count(1)


class CommandError(Exception):
    """A command that only prepares a step did not do it."""


class Pulumi:
    """The CLI with one backend and one cloud, run in the folder of a program."""

    def __init__(
        self, folder: Path, env: Mapping[str, str], logs: Path, stacks: "list[Stack] | None" = None
    ) -> None:
        self.folder, self.env, self._logs = folder, dict(env), logs
        self.stacks: list[Stack] = [] if stacks is None else stacks  # all that were made, from any folder
        self.usage = Usage()

    def at(self, folder: Path, **env: str) -> "Pulumi":
        """The same CLI in another folder, with other variables where they are given."""
        return Pulumi(folder, {**self.env, **env}, self._logs, self.stacks)

    def run(self, *arguments: str, seconds: float = SECONDS) -> Report:
        """Runs `preview`, `up`, `refresh` or `destroy` with JSON events and reads them; its log is kept."""
        log = self._logs / f"{next(NUMBERS):03}-{self.folder.name}-{arguments[0]}.json"
        began = time.monotonic()
        with log.open("w") as out, log.with_suffix(".err").open("w") as err:
            command = ["pulumi", *arguments, "--json", "--non-interactive"]
            child = start(command, cwd=self.folder, env=self.env, out=out, err=err)
            self.usage = Usage()
            code = child.wait(seconds, usage=self.usage)
        report = events.read(log.read_text())
        report.code, report.seconds = code, time.monotonic() - began
        report.output += log.with_suffix(".err").read_text()
        if code and not report.errors:
            said = log.with_suffix(".err").read_text().strip() or f"no event, no message; see {log}"
            report.errors.append(f"ran longer than {seconds:.0f} s" if code == -1 else said)
        return report

    def do(self, *arguments: str, seconds: float = 120) -> str:
        """Runs a command that has to work and returns what it printed."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            command = ["pulumi", "--non-interactive", *arguments]
            code = start(command, cwd=self.folder, env=self.env, out=out, err=err).wait(seconds)
            out.seek(0)
            err.seek(0)
            said = out.read()
            if code:
                raise CommandError(f"pulumi {' '.join(arguments)}: {(err.read() or said).strip()}")
            return said


class Stack:
    """One stack of a program."""

    def __init__(self, pulumi: Pulumi, name: str) -> None:
        self.pulumi, self.name = pulumi, name

    def init(self) -> "Stack":
        """Makes the stack in the backend."""
        self.pulumi.do("stack", "init", self.name, "--no-select")
        self.pulumi.stacks.append(self)
        return self

    def at(self, folder: Path, **env: str) -> "Stack":
        """The same stack from another folder."""
        return Stack(self.pulumi.at(folder, **env), self.name)

    def preview(self) -> Report:
        """What an update would do."""
        return self.pulumi.run("preview", "--stack", self.name, "--diff")

    def up(self, *options: str) -> Report:
        """One update, without the preview before it."""
        return self.pulumi.run("up", "--yes", "--skip-preview", "--stack", self.name, *options)

    def refresh(self) -> Report:
        """What has changed behind the program's back; the state follows it."""
        return self.pulumi.run("refresh", "--yes", "--skip-preview", "--stack", self.name)

    def destroy(self, *, preview: bool = False) -> Report:
        """Deletes everything in the state; with its preview as a person runs it, who is refused by that."""
        skip = [] if preview else ["--skip-preview"]
        return self.pulumi.run("destroy", "--yes", *skip, "--stack", self.name)

    def set(self, values: Mapping[str, Any]) -> None:
        """Writes configuration into the stack file; None takes a key away."""
        settings.write(self.pulumi.folder, self.name, values)

    def clear(self) -> None:
        """Takes away whatever an interrupted run left of it, protected or not."""
        with contextlib.suppress(CommandError):
            self.pulumi.do("cancel", "--yes", "--stack", self.name)
        self.set({"protect": False})
        self.up()
        self.pulumi.do("state", "unprotect", "--all", "--yes", "--stack", self.name)
        self.destroy()

    def remove(self) -> None:
        """Takes the stack out of the backend, whatever stands in its state, and its stack file away."""
        self.pulumi.do("stack", "rm", "--yes", "--force", "--stack", self.name)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Gives the stack a state that was exported before."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(state, file)
            file.flush()
            self.pulumi.do("stack", "import", "--stack", self.name, "--file", file.name)

    def state(self, *, secrets: bool = False) -> list[dict[str, Any]]:
        """The resources of the state, providers included."""
        shown = ["--show-secrets"] if secrets else []
        exported = json.loads(self.pulumi.do("stack", "export", "--stack", self.name, *shown))
        resources: list[dict[str, Any]] = exported["deployment"].get("resources") or []
        return resources

    def outputs(self, *, secrets: bool = False) -> dict[str, Any]:
        """What the program exports, secrets masked unless they are asked for."""
        shown = ["--show-secrets"] if secrets else []
        found: dict[str, Any] = json.loads(
            self.pulumi.do("stack", "output", "--json", "--stack", self.name, *shown)
        )
        return found


def environment(
    path: str, home: Path, backend: str, endpoint: str, temp: Path, *, fetch: bool
) -> dict[str, str]:
    """The environment of the CLI: nothing of the caller's AWS or Pulumi settings reaches it."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_"))}
    # The bridge variables of stand-in plugins, and the bundle of certificates of machines behind a proxy.
    kept |= {key: os.environ[key] for key in os.environ if key.startswith(("AWS_BRIDGE_", "AWS_CA_BUNDLE"))}
    # Compiled modules are written as on anybody's machine: they cost the program seconds, and must not count
    # as a change of the application.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **kept,
        "PATH": path,
        "TMPDIR": str(temp),
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": backend,
        "PULUMI_CONFIG_PASSPHRASE": "engine",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "false" if fetch else "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
    }
