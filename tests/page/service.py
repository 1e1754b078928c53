"""The service that the browser visits: the published models and two of the tests', a user, a free port."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import numpy as np
from PIL import Image

from tests.app.support.environment import KEY_2, USER, environment
from tests.app.support.kinds import publish_people, publish_signal
from tests.app.support.process import ROOT, running
from tests.app.support.published import release_of

MODELS = ROOT / "model_artifacts"


@dataclass(frozen=True)
class Service:
    """A running service."""

    url: str

    def expired_token(self) -> str:
        """A token of this service that ended an hour ago."""
        now = int(time.time())
        claims = {
            "iss": "spot-inference",
            "aud": "spot-inference",
            "sub": USER,
            "iat": now - 7200,
            "exp": now - 3600,
        }
        return jwt.encode(claims, KEY_2, "HS256", {"kid": "k2"})


@contextmanager
def served(folder: Path, published_alone: bool = False) -> Iterator[Service]:
    """The service, until the block ends; its files and its log are in `folder`."""
    releases = [release_of(path.parent) for path in sorted(MODELS.glob("*/manifest.json"))]
    if not published_alone:
        releases += [publish_people(folder / "people"), publish_signal(folder / "signal")]
    folder.mkdir(parents=True, exist_ok=True)
    environ = environment(folder / "secrets", releases, default="flight_delay")
    with running(environ, folder / "log") as (_, port):
        yield Service(f"http://127.0.0.1:{port}")


def manifest(name: str) -> dict[str, Any]:
    """The manifest of a published model."""
    document: dict[str, Any] = json.loads((MODELS / name / "manifest.json").read_text())
    return document


def digit_png(example: int) -> bytes:
    """A picture of one of the examples of `digits`, 160 pixels wide."""
    model = manifest("digits")
    pixels = np.array(model["examples"][example]["instance"]) / model["inputs"][0]["scale"] * 255
    picture = Image.fromarray(pixels.round().astype(np.uint8)).resize((160, 160), Image.Resampling.NEAREST)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def as_base64(content: bytes) -> str:
    """What a script in the page turns back into bytes."""
    return base64.b64encode(content).decode()


def run_lines(program: str, lines: str, folder: Path) -> Any:
    """The JSON that copied lines print: `program` is "curl" (a shell's) or "python"."""
    command = (
        ["sh", "-c", lines.replace("curl ", "curl -sS ", 1)]
        if program == "curl"
        else [sys.executable, "-c", lines]
    )
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    text = done.stdout if program == "curl" else done.stdout.replace("'", '"')
    return json.loads(text)
