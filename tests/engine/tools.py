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
# awsx brings its package along, so that the CLI asks for it; nothing here uses it.
UNUSED = "docker"
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


def fill_cache(path: str, home: Path, env: dict[str, str]) -> dict[str, str]:
    """Fills the CLI's own cache in `home`; returns the plugins that the CLI fetched, name → version.

    Plugins on PATH are linked there, because `pulumi package add` looks nowhere else. Where one is not on
    PATH the cache is that of the person who runs this, and the CLI fetches what it lacks; `MissingError`
    where it cannot.
    """
    found, cache = ambient(path), home / "plugins"
    if found.keys() == PLUGINS.keys():
        for name, package in {**PLUGINS, UNUSED: f"pulumi-{UNUSED}"}.items():
            folder = cache / f"resource-{name}-v{importlib.metadata.version(package)}"
            folder.mkdir(parents=True, exist_ok=True)
            plugin = folder / f"pulumi-resource-{name}"
            if name in found and not plugin.exists():
                plugin.symlink_to(found[name])
            elif name == UNUSED:
                plugin.write_text(
                    f"#!/bin/sh\necho '{name}: a placeholder, nothing here uses it' >&2\nexit 1\n"
                )
                plugin.chmod(0o755)
        return {}
    persons = Path(os.environ.get("PULUMI_HOME", Path.home() / ".pulumi"), "plugins")
    persons.mkdir(parents=True, exist_ok=True)
    if not cache.exists():
        cache.symlink_to(persons)
    return {name: _install(name, env) for name in sorted(PLUGINS.keys() - found.keys())}


def _install(name: str, env: dict[str, str]) -> str:
    version = importlib.metadata.version(PLUGINS[name])
    command = ["pulumi", "plugin", "install", "resource", name, f"v{version}"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no word"]
        raise MissingError(
            f"the plugin {name} {version} is neither on PATH (PLUGINS=<folder> puts one first) nor could "
            f"`{' '.join(command)}` fetch it: {said[-1]}"
        )
    return version
