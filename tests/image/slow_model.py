"""A model that computes for long, put into the embedded AWS beside the stack's: each row costs the same time.

A support vector machine, because no short cut knows it: the image reads and asks it with scikit-learn's own
code, which the stack's models do not need.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sklearn.svm import SVR

from tests.app.support.published import publish

from .cloud import Cloud

NAME = "slow"
PREFIX = "models/slow/1.0.0"
VECTORS = 3000  # about 0.1 ms for a row on a whole processor


def slow_estimator() -> Any:
    """With epsilon 0 every point is a support vector, and each row is compared with all of them."""
    points = np.linspace(0.0, 1.0, VECTORS).reshape(-1, 1)
    values = np.random.default_rng(0).normal(size=VECTORS)
    return SVR(epsilon=0.0).fit(points, values)


def put_slow_model(cloud: Cloud) -> Mapping[str, str]:
    """Puts it beside the stack's models; MODELS with its release added."""
    releases = json.loads(cloud.task_environment["MODELS"])
    bucket = releases[0]["uri"].removeprefix("s3://").partition("/")[0]
    estimator = slow_estimator()
    manifest = {
        "name": NAME,
        "inputs": [{"name": "x", "kind": "number", "description": ""}],
        "output": {"name": "y", "kind": "number"},
        "examples": [{"instance": [0.5], "prediction": estimator.predict([[0.5]])[0]}],
    }
    with TemporaryDirectory(prefix="slow-model-") as folder:
        release = publish(Path(folder), estimator, manifest)
        for file in ("model.joblib", "manifest.json"):
            content = (Path(folder) / file).read_bytes()
            cloud.aws.call("s3.put_object", Bucket=bucket, Key=f"{PREFIX}/{file}", Body=content)
    release["uri"] = f"s3://{bucket}/{PREFIX}"
    return {"MODELS": json.dumps([*releases, release])}
