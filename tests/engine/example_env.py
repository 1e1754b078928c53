"""An environment in which the library is installed from its wheel, as in anybody's project."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.engine.cli import CommandError

BUILD = "from setuptools import build_meta; build_meta.build_wheel('.')"


def make(folder: Path, sources: Path) -> Path:
    """A new environment in `folder` with the wheel of `sources`, and what this one has beside it."""
    python = folder / "bin/python"
    _run([sys.executable, "-m", "venv", "--without-pip", str(folder)], folder.parent)
    (sources / "README.md").touch()
    _run([sys.executable, "-c", BUILD], sources)
    (wheel,) = sources.glob("*.whl")
    # The library's requirements and the pip that the CLI asks come from here: nothing is downloaded.
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (packages / "beside.pth").write_text(sysconfig.get_path("purelib") + "\n")
    _run([str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)], folder)
    return folder


def _run(command: list[str], folder: Path) -> None:
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"{' '.join(command)}: {done.stderr[-2000:] or done.stdout[-2000:]}")
