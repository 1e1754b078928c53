"""The models that are measured: the committed ones, and two ensembles of trees of the same 37 inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .environments import ROOT

INPUTS = 37
ROWS = 4000
SEED = 7
FOLDER = ROOT / ".cache/bench/models"
COMMITTED = {"linear": "flight_delay", "image": "digits"}


def folder_of(kind: str) -> Path:
    """The folder with model.joblib and manifest.json of "linear", "image", "forest" or "boosting"."""
    if kind in COMMITTED:
        return ROOT / "model_artifacts" / COMMITTED[kind]
    folder = FOLDER / kind
    if not (folder / "manifest.json").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in _release(kind).files().items():
            (folder / name).write_bytes(content)
    return folder


def _release(kind: str) -> Any:
    """A forest of 100 trees, or boosting by histograms, on made-up rows whose classes overlap."""
    from sklearn.datasets import make_classification
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

    from model_artifacts.publish import release

    print(f"model {kind}: training", flush=True)
    rows, classes = make_classification(
        ROWS, INPUTS, n_informative=12, flip_y=0.1, class_sep=0.8, random_state=SEED
    )
    estimator = {
        "forest": RandomForestClassifier(100, random_state=SEED, min_samples_leaf=5),
        "boosting": HistGradientBoostingClassifier(random_state=SEED),
    }[kind].fit(rows, classes)
    low, high = np.floor(rows.min(axis=0)), np.ceil(rows.max(axis=0))
    inputs = [
        {"name": f"x{index}", "kind": "number", "minimum": float(low[index]), "maximum": float(high[index])}
        for index in range(INPUTS)
    ]
    return release(
        estimator,
        description={
            "name": kind,
            "version": "1.0.0",
            "title": f"A {kind} to be measured",
            "description": "Made-up rows of two classes that overlap.",
            "inputs": inputs,
            "output": {"name": "class", "kind": "class", "classes": [0, 1]},
        },
        instances=rows[:5].tolist(),
        decimals=9,
        training={"data": "sklearn.datasets.make_classification", "rows": ROWS, "seed": SEED, "metrics": {}},
    )
