"""The distribution: built, installed into a clean environment and used from another folder."""

import email
import json
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

import components
from components.base.build_context import hash_of
from tests.contract.schema import REPOSITORY

# Folder in a clone → package when installed.
PACKAGES = {"components": "spot_inference", "inference_app": "spot_inference_app"}
NOT_SOURCES = ("__pycache__", "venv", "*.egg-info")

# Run in the clean environment: what an importer finds there.
LOOK = """
import importlib, importlib.util, json, pathlib, sys
import spot_inference, spot_inference.base.build_context, spot_inference.inference_image
application = pathlib.Path(spot_inference.inference_image._own_application()).resolve()
print(json.dumps({
    "file": spot_inference.__file__,
    "public": [name for name in spot_inference.__all__ if hasattr(spot_inference, name)],
    "found": [name for name in sys.argv[1:] if importlib.util.find_spec(name)],
    "application": str(application),
    "content": spot_inference.base.build_context.hash_of(application),
}))
"""


@dataclass(frozen=True)
class Installed:
    """The wheel, and the environment that it was installed into."""

    wheel: Path
    python: Path
    site_packages: Path

    def files(self) -> set[str]:
        """What the wheel holds, without its metadata."""
        with zipfile.ZipFile(self.wheel) as archive:
            return {name for name in archive.namelist() if ".dist-info/" not in name}

    def metadata(self) -> Any:
        """The metadata's headers."""
        with zipfile.ZipFile(self.wheel) as archive:
            name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            return email.message_from_bytes(archive.read(name))


def run(*command: str | Path, cwd: Path) -> str:
    """The command's output; what it wrote to stderr stands in the error when it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of a copy of the sources (a build leaves folders behind) in an environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for package in PACKAGES:
        shutil.copytree(REPOSITORY / package, source / package, ignore=shutil.ignore_patterns(*NOT_SOURCES))
    shutil.copy(REPOSITORY / "pyproject.toml", source)
    (source / "README.md").touch()
    build = "from setuptools import build_meta; build_meta.build_wheel('.')"
    run(sys.executable, "-c", build, cwd=source)
    (wheel,) = source.glob("*.whl")

    uv = (sys.executable, "-m", "uv", "--offline", "--quiet")
    environment = folder / "environment"
    run(*uv, "venv", "--python", sys.executable, environment, cwd=folder)
    python = environment / "bin" / "python"
    run(*uv, "pip", "install", "--no-deps", "--no-index", "--python", python, wheel, cwd=folder)
    (site_packages,) = environment.glob("lib/*/site-packages")
    # What it depends on is installed here already, and takes long to install again.
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return Installed(wheel, python, site_packages)


def sources() -> set[str]:
    """Every source file of both packages, by its place in the wheel."""
    return {
        f"{package}/{path.relative_to(REPOSITORY / folder).as_posix()}"
        for folder, package in PACKAGES.items()
        for path in (REPOSITORY / folder).rglob("*")
        if path.is_file() and not is_left_out(path.relative_to(REPOSITORY))
    }


def is_left_out(path: Path) -> bool:
    """Whether a tool made it, or a folder that it lies in."""
    return any(fnmatch(part, left) for part in path.parts for left in NOT_SOURCES)


def modules() -> set[str]:
    """The names of all modules of both packages."""
    files = {name.removesuffix(".py").removesuffix("/__init__") for name in sources() if name.endswith(".py")}
    return {name.replace("/", ".") for name in files}


@pytest.fixture(scope="module")
def seen(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a program in another folder sees, without this folder or any variable in its way."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    answer: dict[str, Any] = json.loads(run(installed.python, "-I", "-c", LOOK, *modules(), cwd=elsewhere))
    return answer


def test_every_public_name_is_importable_elsewhere(installed: Installed, seen: dict[str, Any]) -> None:
    assert Path(seen["file"]).is_relative_to(installed.site_packages)
    assert seen["public"] == components.__all__


def test_every_module_of_both_packages_is_found(seen: dict[str, Any]) -> None:
    assert len(modules()) > 40
    assert modules() - set(seen["found"]) == set()


def test_the_wheel_holds_every_file_and_nothing_else(installed: Installed) -> None:
    assert installed.files() == sources()


@pytest.mark.parametrize(
    "name",
    [
        "spot_inference/py.typed",
        "spot_inference/PulumiPlugin.yaml",
        "spot_inference/requirements.txt",
        "spot_inference_app/py.typed",
        "spot_inference_app/Dockerfile",
        "spot_inference_app/.dockerignore",
        "spot_inference_app/requirements.lock",
    ],
)
def test_what_is_no_module_is_in_the_wheel(installed: Installed, name: str) -> None:
    assert (installed.site_packages / name).is_file()


def test_the_application_that_came_along_is_built_alike_from_wheel_and_clone(
    installed: Installed, seen: dict[str, Any], tmp_path: Path
) -> None:
    """The same content is the same tag, whoever runs the program; a build context knows files' modes, too."""
    clone = tmp_path / "inference_app"
    shutil.copytree(REPOSITORY / "inference_app", clone, ignore=shutil.ignore_patterns(*NOT_SOURCES))
    for path in clone.rglob("*"):
        path.chmod(path.stat().st_mode & ~0o022)  # as a clone under the usual umask
    assert seen["application"] == str(installed.site_packages / "spot_inference_app")
    assert seen["content"] == hash_of(clone)


def test_the_distribution_has_the_library_s_version_and_ranges(installed: Installed) -> None:
    ranges = (REPOSITORY / "components" / "requirements.txt").read_text(encoding="utf-8").split()
    metadata = installed.metadata()
    assert (metadata["Name"], metadata["Version"]) == ("spot-inference", components.__version__)
    assert {normal(line) for line in metadata.get_all("Requires-Dist")} == {normal(line) for line in ranges}


def normal(requirement: str) -> tuple[str, ...]:
    """The name and its limits in an order that no tool changes."""
    name = requirement.split(">")[0].split("<")[0].strip()
    return name, *sorted(requirement.removeprefix(name).strip(" ()").split(","))


def test_every_package_is_listed() -> None:
    """A missing one would fail at an importer's first import, not here."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["setuptools"]["packages"]
    folders = {Path(name).parent for name in sources() if Path(name).name == "__init__.py"}
    assert sorted(listed) == sorted(".".join(folder.parts) for folder in folders)
