"""The Docker engine, through its command. All that is made carries a label, so that nothing of it stays."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LABEL = "spot-inference.image-test"  # its value: the process that made it
WAY_OUT = "tests/image/engine.sh installs and starts one on Debian (as root)"


class NoEngineError(Exception):
    """There is no engine to talk to; the message says what was tried and what to do."""


class EngineError(Exception):
    """The engine refused something; the message holds the command and what the engine said."""


class Engine:
    """One engine. Raises NoEngineError when none answers."""

    def __init__(self) -> None:
        self._owner = f"{LABEL}={os.getpid()}"
        if shutil.which("docker") is None:
            raise NoEngineError(f"no docker command on PATH; {WAY_OUT}")
        try:
            self.version = self("version", "--format", "{{.Server.Version}}").strip()
        except EngineError as error:
            reason = str(error).splitlines()[-1]
            raise NoEngineError(f"no Docker engine answers ({reason}); {WAY_OUT}") from None

    def __call__(self, *words: str, seconds: float = 120) -> str:
        """Runs `docker <words>`; what it wrote. Raises EngineError."""
        try:
            done = subprocess.run(
                ["docker", *words], capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise EngineError(f"docker {words[0]}: no end after {seconds:.0f} s") from None
        if done.returncode:
            raise EngineError(f"docker {' '.join(words[:2])}: exit {done.returncode}\n{done.stderr.strip()}")
        return done.stdout

    def inspect(self, what: str) -> Any:
        """What the engine knows of an image, a container or a network."""
        return json.loads(self("inspect", what))[0]

    def has_image(self, name: str) -> bool:
        """Whether the engine holds an image."""
        try:
            self("image", "inspect", name)
        except EngineError:
            return False
        return True

    def build(self, context: Path, tag: str, arguments: Mapping[str, str], seconds: float = 900) -> None:
        """Builds the Dockerfile in `context`. Raises EngineError with the end of the build's output."""
        options = [word for key, value in arguments.items() for word in ("--build-arg", f"{key}={value}")]
        command = ["docker", "build", "--force-rm", "--tag", tag, *options, str(context)]
        # The builder of every engine since 2013: what it builds, each newer one builds.
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
            env={**os.environ, "DOCKER_BUILDKIT": "0"},
        )
        if done.returncode:
            end = "\n".join(done.stdout.splitlines()[-30:])
            raise EngineError(f"docker build {context}: exit {done.returncode}\n{end}")

    def make_network(self, name: str) -> str:
        """A network of its own whose containers reach this machine and nothing else; its gateway's address,
        which is this machine. Raises EngineError."""
        self("network", "create", "--internal", "--label", self._owner, name)
        return str(json.loads(self("network", "inspect", name))[0]["IPAM"]["Config"][0]["Gateway"])

    def start(self, image: str, options: Sequence[str], command: Sequence[str] = ()) -> str:
        """Starts a container in the background; its id."""
        return self("run", "--detach", "--label", self._owner, *options, image, *command).strip()

    def address(self, container: str) -> str:
        """The container's own address on the one network that it is in."""
        networks = self.inspect(container)["NetworkSettings"]["Networks"]
        return str(next(iter(networks.values()))["IPAddress"])

    def runs(self, container: str) -> bool:
        """Whether the container runs."""
        return bool(self.inspect(container)["State"]["Running"])

    def logs(self, container: str, lines: int = 20) -> str:
        """The end of what the container wrote, without the lines about probes."""
        done = subprocess.run(
            ["docker", "logs", container],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        told = [line for line in done.stdout.splitlines() if "/readyz" not in line]
        return "\n".join(told[-lines:])

    def remove(self, container: str) -> None:
        """Removes a container, running or not, and its volumes."""
        self("rm", "--force", "--volumes", container)

    def clean_up(self) -> None:
        """Removes all that this process made, and what a process that is gone left behind."""
        for kind, remove in (
            (["ps", "--all", "--quiet"], ["rm", "--force", "--volumes"]),
            (["network", "ls", "--quiet"], ["network", "rm"]),
        ):
            for name in self(*kind, "--filter", f"label={LABEL}").split():
                with contextlib.suppress(EngineError):  # gone already, or another run's own end came first
                    owner = self._owner_of(name)
                    if owner == os.getpid() or not Path(f"/proc/{owner}").exists():
                        self(*remove, name)

    def _owner_of(self, name: str) -> int:
        found = self.inspect(name)
        labels = found.get("Labels") or found["Config"]["Labels"]
        return int(labels[LABEL])
