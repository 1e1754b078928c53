"""The base image: pulled where a registry answers, else made from Debian's archive, which apt already uses.

`python -m tests.image.base_image [TAG]` makes sure that there is one and prints its name.

The stand-in is Debian's minimal system with its own python3 and pip, and the certificates that this machine
trusts. It is what the Dockerfile needs of an official image and nothing else: never ship it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from .engine import Engine, EngineError, NoEngineError

ROOT = Path(__file__).resolve().parents[2]
STAND_IN = "spot-inference/python-stand-in"
PACKAGES = ("ca-certificates", "netbase", "python3", "python3-pip", "tzdata")
NOT_NEEDED = (
    *("var/cache/apt/archives/*.deb", "var/lib/apt/lists/*", "var/log/*.log"),
    *("usr/share/doc/*", "usr/share/man/*", "usr/share/locale/*", "usr/lib/python3*/EXTERNALLY-MANAGED"),
)
SETTINGS = (
    "ENV LANG=C.UTF-8",
    "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt PIP_ROOT_USER_ACTION=ignore",
    'CMD ["python3"]',
)


class NoBaseImageError(Exception):
    """Neither pulled nor made; the message says why not and what to do."""


def wanted(dockerfile: Path = ROOT / "inference_app" / "Dockerfile") -> str:
    """The base image that the Dockerfile names by itself."""
    found = re.search(r"^ARG PYTHON_IMAGE=(\S+)$", dockerfile.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise NoBaseImageError(f"{dockerfile} has no line ARG PYTHON_IMAGE=…")
    return found[1]


def base_image(engine: Engine, say: Callable[[str], None] = print) -> str:
    """The name of an image to build on: the Dockerfile's own if it is here or can be pulled, else a stand-in
    that is here or can be made. Raises NoBaseImageError."""
    name = wanted()
    if engine.has_image(name):
        return name
    try:
        engine("pull", "--quiet", name, seconds=300)
    except EngineError as error:
        say(f"{name} cannot be pulled ({str(error).splitlines()[-1][:160]})")
    else:
        return name
    release = debian_release()
    stand_in = f"{STAND_IN}:{release}"
    if not engine.has_image(stand_in):
        say(f"making {stand_in} with debootstrap, once; about a minute")
        make(engine, stand_in, release)
    return stand_in


def debian_release(about: Path = Path("/etc/os-release")) -> str:
    """This machine's release of Debian, e.g. bookworm. Raises NoBaseImageError on another system."""
    text = about.read_text("utf-8") if about.is_file() else ""
    known = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    if known.get("ID") != "debian" or "VERSION_CODENAME" not in known:
        raise NoBaseImageError(
            "without a registry the base image is made on Debian only; put one here by hand: docker load"
        )
    return known["VERSION_CODENAME"].strip('"')


def make(engine: Engine, tag: str, release: str) -> None:
    """Makes the stand-in and names it `tag`. Raises NoBaseImageError."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise NoBaseImageError(
            "making a base image needs root and debootstrap (apt-get install debootstrap), once: "
            "sudo .venv/bin/python -m tests.image.base_image"
        )
    with tempfile.TemporaryDirectory(prefix="base-image-") as folder:
        root = Path(folder) / "root"
        packages = ",".join(PACKAGES)
        _run("debootstrap", "--variant=minbase", f"--include={packages}", release, str(root), mirror())
        _adapt(root)
        _import(engine, root, tag)


def mirror() -> str:
    """The Debian archive that apt uses here. Raises NoBaseImageError."""
    listed = _run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
    found = [line for line in listed.splitlines() if re.search(r"/debian/?$", line)]
    if not found:
        raise NoBaseImageError("apt names no Debian archive here")
    return found[0]


def _adapt(root: Path) -> None:
    """What an official image has beyond Debian's: `python` on the path, and a pip that may install."""
    for pattern in NOT_NEEDED:
        for path in root.glob(pattern):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for name, target in (("python", "python3"), ("pip", "pip3")):
        (root / "usr/local/bin" / name).symlink_to(f"/usr/bin/{target}")
    trusted = Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
    if trusted.is_file():
        (root / "etc/ssl/certs/ca-certificates.crt").write_bytes(trusted.read_bytes())


def _import(engine: Engine, root: Path, tag: str) -> None:
    changes = [word for setting in SETTINGS for word in ("--change", setting)]
    archive = root.parent / "root.tar"
    _run("tar", "-C", str(root), "--numeric-owner", "--sort=name", "--mtime=@0", "-cf", str(archive), ".")
    engine("import", *changes, "--message", "stand-in for an official python image", str(archive), tag)


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        end = "\n".join((done.stdout + done.stderr).splitlines()[-10:])
        raise NoBaseImageError(f"{command[0]}: exit {done.returncode}\n{end}")
    return done.stdout


def main() -> int:
    """0, or 3 where there is no engine or no base image."""
    try:
        print(base_image(Engine(), lambda line: print(f"base image: {line}", file=sys.stderr)))
    except (NoEngineError, NoBaseImageError) as error:
        print(f"base image: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
