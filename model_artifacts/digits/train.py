"""Fit a logistic regression to scikit-learn's handwritten digits: which one does an image show?"""

from collections.abc import Callable
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, recall_score
from sklearn.model_selection import train_test_split

from model_artifacts.publish import Release, release, round_fitted

SIDE = 8
BRIGHTEST = 16  # of the data; 255 in an image becomes this
HELD_OUT = 0.25
SEED = 1797
# 1, 0.1 and 0.01 do equally well in five-fold cross-validation of the fitted part (0.964 to 0.965), 0.001
# does worse: the strongest penalty of the three, which trusts single pixels least.
C = 0.01
DECIMALS = 6
METRIC_DECIMALS = 4

DESCRIPTION = {
    "name": "digits",
    "version": "1.0.0",
    "title": "A handwritten digit",
    "description": "Which digit is it? Bright strokes on black that fill the image from top to bottom.",
    "inputs": [
        {
            "name": "image",
            "kind": "image",
            "description": "one digit: bright strokes on black, upright, from top edge to bottom edge",
            "width": SIDE,
            "height": SIDE,
            "mode": "L",
            "scale": BRIGHTEST,
        }
    ],
    "output": {"name": "digit", "kind": "class", "classes": list(range(10))},
}


def fit(images: NDArray[np.float64], digits: NDArray[np.int64]) -> Any:
    """Fit by Newton's steps, which end at the optimum itself (lbfgs stops anywhere near), and round."""
    model = LogisticRegression(C=C, solver="newton-cholesky", tol=1e-8)
    model.fit(images, digits)
    round_fitted(model, DECIMALS)
    return model


def train(say: Callable[[str], None]) -> Release:
    """Read, fit, round and measure; `say` is told what happens."""
    data = load_digits()
    images, digits = data.data.astype(np.float64), data.target.astype(np.int64)
    fitted, held = train_test_split(
        np.arange(len(digits)), test_size=HELD_OUT, random_state=SEED, stratify=digits
    )
    say(f"fit {len(fitted)} images, measure {len(held)}")
    model = fit(images[fitted], digits[fitted])
    answers = model.predict(images[held])
    metrics = {
        "accuracy": accuracy_score(digits[held], answers),
        "lowest_recall": recall_score(digits[held], answers, average=None).min(),
    }
    one_of_each = [held[digits[held] == digit][0] for digit in range(10)]
    return release(
        model,
        description=DESCRIPTION,
        instances=images[one_of_each].reshape(-1, SIDE, SIDE).tolist(),
        decimals=DECIMALS,
        training={
            "data": f"load_digits of scikit-learn {metadata.version('scikit-learn')}: {len(digits)} images",
            "rows": len(fitted),
            "seed": SEED,
            "metrics": {
                **{name: round(float(value), METRIC_DECIMALS) for name, value in metrics.items()},
                "held_out_rows": len(held),
            },
        },
    )
