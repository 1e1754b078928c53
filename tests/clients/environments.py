"""An environment for each client, made when it is missing or its requirements have changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "clients"


class InstallError(Exception):
    """An environment could not be made; the message says what uv said."""


def python_of(client: str) -> Path:
    """The Python of the environment with requirements/clients-<client>.txt. Raises InstallError."""
    requirements = ROOT / "requirements" / f"clients-{client}.txt"
    environment = FOLDER / client
    python, stamp = environment / "bin" / "python", environment / "made-of.txt"
    wanted = f"{sys.version}\n{requirements.read_text(encoding='utf-8')}"
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    print(
        f"environment: installing {requirements.relative_to(ROOT)} into {environment.relative_to(ROOT)}",
        flush=True,
    )
    _uv("venv", "--clear", "--python", sys.executable, environment)
    _uv("pip", "install", "--python", python, "--requirements", requirements)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def _uv(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "uv", "--quiet", "--no-python-downloads", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InstallError(done.stderr.strip() or f"uv ended with {done.returncode}")
