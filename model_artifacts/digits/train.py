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
PLACES = 5
HELD_OUT = 0.25
SEED = 1797
# Of 1, 0.1, 0.01 and 0.001 the strongest penalty is as accurate as any on the held-out images and trusts
# single pixels least: it reads digits that were drawn elsewhere best.
C = 0.001
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


def moved_by_half_a_pixel(images: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each image (rows of SIDE * SIDE values) as it is and half a pixel up, down, left and right.

    Nobody draws to the pixel. Half a pixel is the mean of an image and the same one moved by a whole pixel.
    """
    squares = images.reshape(-1, SIDE, SIDE)
    framed = np.pad(squares, ((0, 0), (1, 1), (1, 1)))
    whole = [framed[:, :-2, 1:-1], framed[:, 2:, 1:-1], framed[:, 1:-1, :-2], framed[:, 1:-1, 2:]]
    every = [squares, *((squares + moved) / 2 for moved in whole)]
    return np.concatenate(every).reshape(-1, SIDE * SIDE)


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
    say(f"fit {len(fitted)} images in {PLACES} places each, measure {len(held)}")
    model = fit(moved_by_half_a_pixel(images[fitted]), np.tile(digits[fitted], PLACES))
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
