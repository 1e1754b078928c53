"""What scikit-learn's own estimator is asked for one request: values, and probabilities where it has them.

A tree or a forest finds its class as the largest of the probabilities; asking for those alone halves the work
(100 trees, one row: 8 ms instead of 16). Several threads for one small request only fight for its core.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST_WINS = ("sklearn.ensemble._forest", "sklearn.tree._classes")


def answering(estimator: Any, is_classifier: bool) -> Callable[[NDArray[Any]], tuple[Any, Any]]:
    """The function of rows that gives values and probabilities (None for a regressor)."""
    if getattr(estimator, "n_jobs", None) not in (None, 1):
        estimator.n_jobs = None
    predict_proba = getattr(estimator, "predict_proba", None) if is_classifier else None
    if predict_proba is None:
        return lambda rows: (np.asarray(estimator.predict(rows)), None)
    if type(estimator).__module__ in LARGEST_WINS and getattr(estimator, "n_outputs_", 0) == 1:
        classes = np.asarray(estimator.classes_)

        def largest(rows: NDArray[Any]) -> tuple[Any, Any]:
            odds = np.asarray(predict_proba(rows))
            return classes.take(odds.argmax(axis=1)), odds

        return largest
    return lambda rows: (np.asarray(estimator.predict(rows)), np.asarray(predict_proba(rows)))
