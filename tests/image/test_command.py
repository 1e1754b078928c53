"""The command without an engine, and the parts that need none."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.image.large_body import LARGEST, padded_png
from tests.image.slow_model import VECTORS, slow_estimator

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("module", ["tests.image", "tests.image.report"])
@pytest.mark.parametrize(
    ("engine", "reason"),
    [("", "no docker command on PATH"), ("#!/bin/sh\nexit 1\n", "no Docker engine answers")],
)
def test_without_an_engine_it_says_so_and_how_to_get_one(
    module: str, engine: str, reason: str, tmp_path: Path
) -> None:
    if engine:
        (tmp_path / "docker").write_text(engine)
        (tmp_path / "docker").chmod(0o755)
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert reason in done.stderr
    assert "tests/image/engine.sh" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_largest_picture_is_exactly_so_large_and_a_picture() -> None:
    content = padded_png(LARGEST)
    assert len(content) == 4 * 1024 * 1024
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        assert (picture.format, picture.size, picture.getpixel((3, 4))) == ("PNG", (8, 8), 112)


def test_the_slow_model_compares_each_row_with_every_point() -> None:
    estimator = slow_estimator()
    assert len(estimator.support_) == VECTORS
    assert estimator.predict(np.array([[0.5], [0.25]])).shape == (2,)
