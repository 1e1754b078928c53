"""Linear models as plain arithmetic: one row in Python, many rows in numpy.

The rules are scikit-learn 1.9's: two classes by the sign of the score, more by the largest; probabilities by
the logistic function, for LogisticRegression of several classes by softmax, for SGDClassifier normalised.
What is not exactly one of these is left to scikit-learn (NotPreparedError).

Gain, one row of 37 numbers (`python -m tests.app.support.prepared_cost`): 2.4 µs, scikit-learn 370.
"""

from __future__ import annotations

import math
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .form import Form
from .safe_names import Saved
from .saved_values import Answer, Classes, Floats, NotPreparedError, array, choice, name_of, number

REGRESSORS = ("LinearRegression", "Ridge", "Lasso", "ElasticNet", "SGDRegressor", "LinearSVR")
WIDE = 400  # coefficients of several classes: from here on numpy is quicker for one row, too
CLASSIFIERS = ("LogisticRegression", "LogisticRegressionCV", "SGDClassifier", "LinearSVC", "RidgeClassifier")


class Line(Form):
    """A regressor: one number a row."""

    def __init__(self, coefficients: Floats, intercept: float) -> None:
        self.n_features_in_ = len(coefficients)
        self._array = coefficients
        self._list = coefficients.tolist()
        self._intercept = intercept

    def many(self, rows: NDArray[Any]) -> tuple[NDArray[Any], None]:
        """The values."""
        return rows @ self._array + self._intercept, None

    def one(self, row: list[float]) -> Answer:
        """The value."""
        return sum(map(mul, self._list, row)) + self._intercept, None


class LinearClassifier(Form):
    """A classifier: the class of the larger score. Probabilities are the next classes' matter."""

    classes_: Classes

    def __init__(self, coefficients: Floats, intercepts: Floats, classes: Classes) -> None:
        self.n_features_in_ = coefficients.shape[1]
        self.classes_ = classes
        self._names = classes.tolist()
        self._array = coefficients.T
        self._intercepts = intercepts
        self._lists = list(zip(coefficients.tolist(), intercepts.tolist(), strict=True))

    def scores(self, rows: NDArray[Any]) -> Floats:
        """Rows by classes; for two classes one column, the second's."""
        return np.asarray(rows @ self._array + self._intercepts)

    def many(self, rows: NDArray[Any]) -> tuple[NDArray[Any], Floats | None]:
        """Classes and, where there are any, probabilities."""
        scores = self.scores(rows)
        places = (scores[:, 0] > 0).astype(np.intp) if scores.shape[1] == 1 else scores.argmax(axis=1)
        return self.classes_.take(places), self._odds(scores)

    def one(self, row: list[float]) -> Answer:
        """The class and, where there are any, probabilities."""
        scores = self._scores_of_one(row)
        if not math.isfinite(sum(scores)):  # numpy knows what becomes of infinities
            with np.errstate(all="ignore"):
                values, odds = self.many(np.array([row]))
            return values.tolist()[0], None if odds is None else odds.tolist()[0]
        place = scores[0] > 0 if len(scores) == 1 else scores.index(max(scores))
        return self._names[place], self._odds_of_one(scores)

    def _scores_of_one(self, row: list[float]) -> list[float]:
        if len(self._lists) == 1 or self._array.size < WIDE:
            return [sum(map(mul, line, row)) + intercept for line, intercept in self._lists]
        with np.errstate(all="ignore"):
            found: list[float] = self.scores(np.array([row])).tolist()[0]
        return found

    def _odds(self, scores: Floats) -> Floats | None:  # noqa: ARG002
        return None

    def _odds_of_one(self, scores: list[float]) -> list[float] | None:  # noqa: ARG002
        return None


class Logistic(LinearClassifier):
    """Probabilities by the logistic function; those of more than two classes are divided by their sum."""

    def _odds(self, scores: Floats) -> Floats:
        odds = 1.0 / (1.0 + np.exp(-scores))
        if scores.shape[1] == 1:
            return np.concatenate([1.0 - odds, odds], axis=1)
        odds[odds.sum(axis=1) == 0] = 1.0  # every class infinitely unlikely: then they are all alike
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def _odds_of_one(self, scores: list[float]) -> list[float]:
        if len(scores) == 1:
            odd = _logistic(scores[0])
            return [1.0 - odd, odd]
        odds = [_logistic(score) for score in scores]
        whole = sum(odds)
        return [odd / whole for odd in odds] if whole else [1.0 / len(odds)] * len(odds)


class Softmax(LinearClassifier):
    """Probabilities of more than two classes by the exponentials of their scores."""

    def _odds(self, scores: Floats) -> Floats:
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def _odds_of_one(self, scores: list[float]) -> list[float]:
        largest = max(scores)
        odds = [math.exp(score - largest) for score in scores]
        whole = sum(odds)
        return [odd / whole for odd in odds]


def _logistic(score: float) -> float:
    try:
        return 1.0 / (1.0 + math.exp(-score))
    except OverflowError:  # exp(710) and more: infinity, in numpy's arithmetic
        return 0.0


def prepare_linear(saved: Saved) -> Form:
    """The arithmetic of a linear model. Raises NotPreparedError."""
    kind = name_of(saved)
    if kind in REGRESSORS:
        return Line(array(saved, "coef_", 1), number(saved, "intercept_"))
    if kind not in CLASSIFIERS:
        raise NotPreparedError(f"{kind} has no prepared form")
    classes = array(saved, "classes_", 1, "iufUbO")
    flat = kind == "RidgeClassifier" and np.ndim(saved.get("coef_")) == 1  # its two classes are one line
    coefficients = np.atleast_2d(array(saved, "coef_", 1 if flat else 2))
    intercepts = np.zeros(1) + np.asarray(saved.get("intercept_"), dtype=np.float64)
    intercepts = np.broadcast_to(intercepts, (len(coefficients),))
    if len(coefficients) != (len(classes) if len(classes) > 2 else 1) or len(classes) < 2:
        raise NotPreparedError(f"{kind}: {len(coefficients)} lines for {len(classes)} classes")
    if kind == "RidgeClassifier":
        binarizer = saved.get("_label_binarizer")
        if type(binarizer) is not Saved or binarizer.get("y_type_") not in ("binary", "multiclass"):
            raise NotPreparedError("RidgeClassifier with several labels a row")
    if kind.startswith("LogisticRegression"):
        return (Logistic if len(classes) == 2 else Softmax)(coefficients, intercepts, classes)
    if kind == "SGDClassifier":
        loss = choice(saved, "loss", str)
        if loss == "log_loss":
            return Logistic(coefficients, intercepts, classes)
        if loss == "modified_huber":
            raise NotPreparedError("SGDClassifier with modified_huber has a rule of its own")
    return LinearClassifier(coefficients, intercepts, classes)
