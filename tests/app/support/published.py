"""Tiny models through the real path: trained, dumped by joblib, described and named by a release."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import sklearn
from sklearn.linear_model import LinearRegression, LogisticRegression

WEEKDAYS = ["mon", "tue", "wed"]


def digest(content: bytes) -> str:
    """SHA-256 as hex."""
    return hashlib.sha256(content).hexdigest()


def release_of(folder: Path, uri: str | None = None) -> dict[str, str]:
    """The entry of MODELS for the model in `folder`."""
    content = (folder / "manifest.json").read_bytes()
    manifest = json.loads(content)
    return {
        "name": manifest["name"],
        "uri": uri or str(folder),
        "version": manifest["version"],
        "sha256": manifest["sha256"],
        "manifest_sha256": digest(content),
    }


def publish(
    folder: Path, estimator: Any, manifest: dict[str, Any], artifact: bytes | None = None
) -> dict[str, str]:
    """Writes `estimator` and its manifest into `folder`; the release."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "model.joblib"
    if artifact is None:
        joblib.dump(estimator, path)
    else:
        path.write_bytes(artifact)
    manifest = {
        "version": "1.0.0",
        "title": "A test's model",
        "description": "Trained in a moment.",
        "artifact": "model.joblib",
        "sha256": digest(path.read_bytes()),
        "scikit_learn": sklearn.__version__,
        "training": {"script": "tests"},
        **manifest,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return release_of(folder)


def line_manifest(**changes: Any) -> dict[str, Any]:
    """The manifest of the line y = 2x + 1 over 0 to 4."""
    return {
        "name": "line",
        "inputs": [{"name": "x", "kind": "number", "description": "", "minimum": 0.0, "maximum": 4.0}],
        "output": {"name": "y", "kind": "number"},
        "examples": [{"instance": [3.0], "prediction": 7.0}],
        **changes,
    }


def publish_line(folder: Path, **changes: Any) -> dict[str, str]:
    """A straight line with one input."""
    estimator = LinearRegression().fit(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]))
    return publish(folder, estimator, line_manifest(**changes))


def publish_days(folder: Path, **changes: Any) -> dict[str, str]:
    """A classifier of four inputs: a one-hot weekday and a free temperature. Unbounded, like flight_delay."""
    rows = np.array(
        [[float(day == i) for i in range(3)] + [t] for day in range(3) for t in (0.0, 10.0, 20.0, 30.0)]
    )
    estimator = LogisticRegression().fit(rows, (rows[:, 3] > 12).astype(int))
    example = [0.0, 1.0, 0.0, 25.0]
    manifest = {
        "name": "days",
        "inputs": [
            *({"name": f"day_{day}", "kind": "number", "description": ""} for day in WEEKDAYS),
            {"name": "celsius", "kind": "number", "description": ""},
        ],
        "choices": [
            {
                "name": "day",
                "description": "",
                "values": WEEKDAYS,
                "inputs": [f"day_{day}" for day in WEEKDAYS],
            }
        ],
        "output": {"name": "warm", "kind": "class", "classes": [0, 1], "labels": ["cold", "warm"]},
        "examples": [
            {
                "instance": example,
                "prediction": 1,
                "probability": estimator.predict_proba(np.array([example]))[0].tolist(),
            }
        ],
        **changes,
    }
    return publish(folder, estimator, manifest)
