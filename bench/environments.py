"""The environment of each server: pinned versions, made when it is first needed, kept in .cache/bench."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".cache/bench/environments"
OURS = "ours"  # exactly what the image installs


class MissingError(Exception):
    """Something that the benchmark needs is not there; the message says where to get it."""


def requirements_of(name: str) -> Path:
    """The pinned versions of an environment."""
    return ROOT / ("inference_app/requirements.lock" if name == OURS else f"requirements/bench/{name}.txt")


def python_of(name: str) -> Path:
    """The interpreter of an environment, made where it is missing or older than its pinned versions."""
    requirements = requirements_of(name)
    folder = FOLDER / name
    stamp, wanted = folder / ".ready", hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        uv = Path(sys.executable).with_name("uv")
        print(f"environment {name}: installing {requirements.relative_to(ROOT)}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        commands: tuple[list[str | Path], ...] = (
            [uv, "venv", "--quiet", "--python", sys.executable, folder],
            [uv, "pip", "sync", "--quiet", "--python", folder / "bin/python", requirements],
        )
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise MissingError(f"environment {name}: {done.stderr.strip()}")
        stamp.write_text(wanted)
    return folder / "bin/python"
