"""Linear models as plain arithmetic: one row in Python, many rows in numpy.

The rules are scikit-learn 1.9's: two classes by the sign of the score, more by the largest; probabilities by
the logistic function, for LogisticRegression of several classes by softmax, for SGDClassifier normalised.
What is not exactly one of these is left to scikit-learn (NotPreparedError).

Gain, one row of 37 numbers (`python -m tests.app.support.prepared_cost`): see there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul

import numpy as np

from .safe_names import Saved
from .saved_values import Answer, Classes, Floats, NotPreparedError, array, choice, name_of, number

REGRESSORS = ("LinearRegression", "Ridge", "Lasso", "ElasticNet", "SGDRegressor", "LinearSVR")
CLASSIFIERS = ("LogisticRegression", "LogisticRegressionCV", "SGDClassifier", "LinearSVC", "RidgeClassifier")


class Smooth:
    """What has no jumps, so that no probe row has to look for them."""

    thresholds: Sequence[Floats] = ()
    short = True

    def reaching(self, rows: Floats, low: Floats, high: Floats) -> Floats:  # noqa: ARG002
        """No more rows."""
        return rows[:0]


class Line(Smooth):
    """A regressor: one number a row."""

    classes_: Classes | None = None

    def __init__(self, coefficients: Floats, intercept: float) -> None:
        self.n_features_in_ = len(coefficients)
        self._array = coefficients
        self._list = coefficients.tolist()
        self._intercept = intercept

    def predict(self, rows: Floats) -> Floats:
        """One value a row."""
        return rows @ self._array + self._intercept

    def leads(self, rows: Floats) -> Floats:
        """A number leads no other."""
        return np.full(len(rows), np.inf)

    def one(self, row: list[float]) -> Answer:
        """The value of one row."""
        return sum(map(mul, self._list, row)) + self._intercept, None


class LinearClassifier(Smooth):
    """A classifier without probabilities: the class of the larger score."""

    def __init__(self, coefficients: Floats, intercepts: Floats, classes: Classes) -> None:
        self.n_features_in_ = coefficients.shape[1]
        self.classes_ = classes
        self._names = classes.tolist()
        self._array = coefficients.T
        self._intercepts = intercepts
        self._lists = list(zip(coefficients.tolist(), intercepts.tolist(), strict=True))

    def decision_function(self, rows: Floats) -> Floats:
        """Rows by classes; for two classes one column, the second's."""
        return rows @ self._array + self._intercepts

    def predict(self, rows: Floats) -> Classes:
        """One class a row."""
        scores = self.decision_function(rows)
        places = (scores[:, 0] > 0).astype(np.intp) if scores.shape[1] == 1 else scores.argmax(axis=1)
        return self.classes_.take(places)

    def leads(self, rows: Floats) -> Floats:
        """By how much the class is ahead of the next."""
        scores = self.decision_function(rows)
        if scores.shape[1] == 1:
            return np.abs(scores[:, 0])
        best = np.partition(scores, -2, axis=1)
        return np.asarray(best[:, -1] - best[:, -2])

    def one(self, row: list[float]) -> Answer:
        """The class of one row."""
        scores = [sum(map(mul, line, row)) + intercept for line, intercept in self._lists]
        if not math.isfinite(sum(scores)):  # numpy knows what becomes of infinities
            return self._many(row)
        if len(scores) == 1:
            return self._names[scores[0] > 0], self._odds(scores)
        return self._names[scores.index(max(scores))], self._odds(scores)

    def _odds(self, scores: list[float]) -> list[float] | None:  # noqa: ARG002
        return None

    def _many(self, row: list[float]) -> Answer:
        rows = np.array([row])
        return self.predict(rows).tolist()[0], None


class Logistic(LinearClassifier):
    """A classifier with probabilities. `softmax` is for more than two classes; else they are normalised."""

    def __init__(self, coefficients: Floats, intercepts: Floats, classes: Classes, softmax: bool) -> None:
        super().__init__(coefficients, intercepts, classes)
        self._softmax = softmax

    def predict_proba(self, rows: Floats) -> Floats:
        """Rows by classes."""
        scores = self.decision_function(rows)
        if scores.shape[1] == 1:
            second = 1.0 / (1.0 + np.exp(-scores[:, 0]))
            return np.stack([1.0 - second, second], axis=1)
        if self._softmax:
            odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        else:
            odds = 1.0 / (1.0 + np.exp(-scores))
            odds[odds.sum(axis=1) == 0] = 1.0
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def _odds(self, scores: list[float]) -> list[float]:
        if len(scores) == 1:
            second = _logistic(scores[0])
            return [1.0 - second, second]
        if self._softmax:
            largest = max(scores)
            odds = [math.exp(score - largest) for score in scores]
        else:
            odds = [_logistic(score) for score in scores]
        whole = sum(odds)
        if not whole:  # every class infinitely unlikely: then they are all alike
            return [1.0 / len(odds)] * len(odds)
        return [odd / whole for odd in odds]

    def _many(self, row: list[float]) -> Answer:
        rows = np.array([row])
        return self.predict(rows).tolist()[0], self.predict_proba(rows).tolist()[0]


def _logistic(score: float) -> float:
    try:
        return 1.0 / (1.0 + math.exp(-score))
    except OverflowError:  # exp(710) and more: infinity, in numpy's arithmetic
        return 0.0


def prepare_linear(saved: Saved) -> Line | LinearClassifier:
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
        return Logistic(coefficients, intercepts, classes, softmax=True)
    if kind == "SGDClassifier":
        loss = choice(saved, "loss", str)
        if loss == "log_loss":
            return Logistic(coefficients, intercepts, classes, softmax=False)
        if loss == "modified_huber":
            raise NotPreparedError("SGDClassifier with modified_huber has a rule of its own")
    return LinearClassifier(coefficients, intercepts, classes)
