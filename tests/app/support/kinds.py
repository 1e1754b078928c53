"""Models of every kind of input, from real scikit-learn estimators: a table of people, a signal, a word, a
picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from tests.app.support.published import publish

PEOPLE: list[list[Any]] = [
    [20, 1.5, "red", "north", True],
    [30, 1.6, "green", "south", False],
    [40, 1.7, "blue", "north", True],
    [50, 1.8, "red", "south", False],
    [60, 1.9, "green", "north", True],
    [70, 2.0, "blue", "south", False],
]
PEOPLE_INPUTS = [
    {"name": "age", "kind": "number", "datatype": "int64", "minimum": 0, "maximum": 150},
    {"name": "height", "kind": "number", "datatype": "float32"},
    {"name": "colour", "kind": "string", "maximum_length": 8},
    {"name": "side", "kind": "category", "values": ["north", "south"]},
    {"name": "member", "kind": "number", "datatype": "bool"},
]


def _examples(estimator: Any, rows: Any, instances: list[Any]) -> list[dict[str, Any]]:
    predictions, probabilities = estimator.predict(rows).tolist(), estimator.predict_proba(rows).tolist()
    return [
        {"instance": instance, "prediction": prediction, "probability": probability}
        for instance, prediction, probability in zip(instances, predictions, probabilities, strict=True)
    ]


def people() -> Any:
    """A pipeline over five columns of four types; it picks them by position."""
    columns = ColumnTransformer(
        [
            ("numbers", StandardScaler(), [0, 1]),
            ("words", OneHotEncoder(handle_unknown="ignore"), [2, 3]),
            ("flags", "passthrough", [4]),
        ]
    )
    pipeline = make_pipeline(columns, LogisticRegression())
    return pipeline.fit(np.array(PEOPLE, dtype=object), ["no", "no", "no", "yes", "yes", "yes"])


def publish_people(folder: Path, **changes: Any) -> dict[str, str]:
    """Whole and real numbers, a string, a category and a bool in one table."""
    estimator = people()
    manifest = {
        "name": "people",
        "inputs": PEOPLE_INPUTS,
        "output": {"name": "answer", "kind": "class", "classes": ["no", "yes"]},
        "examples": _examples(estimator, np.array(PEOPLE, dtype=object), PEOPLE),
        **changes,
    }
    return publish(folder, estimator, manifest)


def publish_signal(folder: Path, **changes: Any) -> dict[str, str]:
    """One float32 array of 64 values a row: is its second half the louder one?"""
    dice = np.random.default_rng(1)
    rows = dice.normal(size=(60, 64)).astype(np.float32)
    rows[::2, 32:] *= 3
    estimator = LogisticRegression().fit(np.abs(rows), np.arange(60) % 2 == 0)
    example = np.abs(rows[:3])
    manifest = {
        "name": "signal",
        "inputs": [{"name": "samples", "kind": "number", "datatype": "float32", "shape": [64], "minimum": 0}],
        "output": {"name": "louder", "kind": "class", "classes": [False, True]},
        "examples": _examples(estimator, example, [[float(v) for v in row] for row in example]),
        **changes,
    }
    return publish(folder, estimator, manifest)


def publish_words(folder: Path, **changes: Any) -> dict[str, str]:
    """One string a row, for an estimator that takes texts and not a table."""
    texts = ["good fine great", "bad awful", "great good", "awful bad poor"]
    estimator = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [1, 0, 1, 0])
    manifest = {
        "name": "words",
        "inputs": [{"name": "text", "kind": "string"}],
        "output": {"name": "mood", "kind": "class", "classes": [0, 1]},
        "examples": _examples(estimator, texts, [[text] for text in texts]),
        **changes,
    }
    return publish(folder, estimator, manifest)


def publish_picture(folder: Path, **changes: Any) -> dict[str, str]:
    """An image of 8 by 8 grey values from 0 to 16: which quarter is the bright one?"""
    dice = np.random.default_rng(2)
    images = dice.uniform(0, 4, size=(80, 8, 8))
    for index, image in enumerate(images):
        top, left = 4 * (index % 4 // 2), 4 * (index % 2)
        image[top : top + 4, left : left + 4] += 10
    estimator = LogisticRegression(max_iter=1000).fit(images.reshape(80, -1), np.arange(80) % 4)
    image = {"name": "image", "kind": "image", "width": 8, "height": 8, "mode": "L", "scale": 16}
    manifest = {
        "name": "picture",
        "inputs": [image],
        "output": {"name": "quarter", "kind": "class", "classes": [0, 1, 2, 3]},
        "examples": _examples(estimator, images[:4].reshape(4, -1), images[:4].tolist()),
        **changes,
    }
    return publish(folder, estimator, manifest)
