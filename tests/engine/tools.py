"""What a run needs on the machine: the CLI, its Python host, four plugins, pip; names what is missing."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Plugin → the Python package whose version it has to match.
PLUGINS = {
    "aws": "pulumi-aws",
    "awsx": "pulumi-awsx",
    "docker-build": "pulumi-docker-build",
    "random": "pulumi-random",
}
CLI_HELP = (
    "get it from https://www.pulumi.com/docs/iac/download-install/ (curl -fsSL https://get.pulumi.com | sh)"
)


class MissingError(Exception):
    """Something that the run cannot do without; the message says where to get it."""


def search_path(plugins: str) -> str:
    """PATH with the folders of `plugins` (separated like PATH) first."""
    folders = [str(Path(folder).expanduser().resolve()) for folder in plugins.split(os.pathsep) if folder]
    return os.pathsep.join([*folders, os.environ.get("PATH", os.defpath)])


def check(path: str) -> None:
    """Raises `MissingError` where the CLI, its Python host or pip is not there."""
    pulumi = shutil.which("pulumi", path=path)
    if not pulumi:
        raise MissingError(f"the Pulumi CLI is not on PATH; {CLI_HELP}")
    if not host(path, "python"):
        raise MissingError(f"pulumi-language-python is neither beside {pulumi} nor on PATH; {CLI_HELP}")
    if importlib.util.find_spec("pip") is None:
        raise MissingError(
            f"{sys.prefix} has no pip, which the CLI asks for the packages: {sys.executable} -m ensurepip"
        )


def host(path: str, language: str) -> str | None:
    """The language host, on PATH or beside the CLI, if it is there."""
    name = f"pulumi-language-{language}"
    beside = Path(shutil.which("pulumi", path=path) or "pulumi").resolve().parent
    return shutil.which(name, path=path) or shutil.which(name, path=str(beside))


def ambient(path: str) -> dict[str, str]:
    """The plugins that stand on PATH, by name."""
    found = {name: shutil.which(f"pulumi-resource-{name}", path=path) for name in PLUGINS}
    return {name: where for name, where in found.items() if where}


def install_others(path: str, env: dict[str, str]) -> dict[str, str]:
    """Lets the CLI fetch the plugins that are not on PATH, name → version; `MissingError` where it cannot."""
    fetched = {}
    for name in PLUGINS.keys() - ambient(path).keys():
        version = importlib.metadata.version(PLUGINS[name])
        command = ["pulumi", "plugin", "install", "resource", name, f"v{version}"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MissingError(
                f"the plugin {name} {version} is neither on PATH (PLUGINS=<folder> puts one first) nor could "
                f"`{' '.join(command)}` fetch it: {(done.stderr or done.stdout).strip().splitlines()[-1]}"
            )
        fetched[name] = version
    return fetched
