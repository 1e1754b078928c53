"""scikit-learn's own answers to the probe rows: the estimator's, and each of its trees' by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .saved_values import Floats

Asked = Callable[[Floats], Floats]


class Answers(NamedTuple):
    """Values, and the numbers behind them (rows by how many): probabilities, else scores, else values."""

    values: NDArray[Any]
    numbers: Floats


def answers_of(estimator: Any, rows: NDArray[Any]) -> Answers:
    """What the estimator says."""
    ask = getattr(estimator, "predict_proba", getattr(estimator, "decision_function", estimator.predict))
    with np.errstate(all="ignore"):
        values, numbers = np.asarray(estimator.predict(rows)), np.asarray(ask(rows), dtype=np.float64)
    return Answers(values, numbers.reshape(len(rows), -1))


def trees_of(estimator: Any) -> list[Asked]:
    """What each tree says to rows, in the order of a prepared form's (boosting: the constant comes first)."""
    if hasattr(estimator, "_predictors"):
        begin = np.asarray(estimator._baseline_prediction, dtype=np.float64).reshape(1, -1)
        bitsets, places = estimator._bin_mapper.make_known_categories_bitsets()

        def histogram(predictor: Any, rows: Floats) -> Floats:
            return np.asarray(predictor.predict(np.ascontiguousarray(rows), bitsets, places, 1))

        rounds = _rounds(estimator._predictors, histogram)
        return [lambda rows: np.repeat(begin, len(rows), axis=0), *rounds]
    members = getattr(estimator, "estimators_", [estimator])
    if not isinstance(members, np.ndarray):
        return [partial(_tree, member.tree_) for member in members]

    def boosting(member: Any, rows: Floats) -> Floats:
        return np.asarray(estimator.learning_rate * _tree(member.tree_, rows)[:, 0])

    return [estimator._raw_predict_init, *_rounds(members.tolist(), boosting)]


def _rounds(rounds: list[list[Any]], ask: Callable[[Any, Floats], Floats]) -> list[Asked]:
    """Each member's answer is one column of as many as a round has members."""

    def answer(member: Any, place: int, outputs: int, rows: Floats) -> Floats:
        wide = np.zeros((len(rows), outputs))
        wide[:, place] = ask(member, rows)
        return wide

    return [
        partial(answer, member, place, len(members))
        for members in rounds
        for place, member in enumerate(members)
    ]


def _tree(tree: Any, rows: Floats) -> Floats:
    values = np.asarray(tree.predict(np.ascontiguousarray(rows, dtype=np.float32)), dtype=np.float64)
    return values.reshape(len(rows), -1)
