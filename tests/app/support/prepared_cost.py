"""What a prediction costs: `python -m tests.app.support.prepared_cost`, on one core, best of five.

For a linear model, a forest of 100 trees and histogram boosting: one row and 1,000 rows, prepared and by
scikit-learn (its predict and its predict_proba, as a request needs them). Then the forest without its
prepared form, asked by several threads at once, with batching and without: answers a second.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any

from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from inference_app.models.answering import answering
from inference_app.models.batching import Batching
from inference_app.models.prepared import prepare
from inference_app.models.safe_unpickler import read_saved
from tests.app.support.estimators import artifact_of, manifest_of

WIDTH = 37
SECONDS = 1.5
THREADS = (1, 4, 16, 32)


def microseconds(call: Callable[[], Any], times: int) -> float:
    """Of processor time for one call."""
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        for _ in range(times):
            call()
        best = min(best, (time.process_time() - started) / times)
    return best * 1e6


def a_second(answer: Callable[[Any], Any], rows: list[Any], threads: int) -> float:
    """Answers a second to that many threads that ask without a pause."""
    counts, end = [0] * threads, time.perf_counter() + SECONDS

    def ask(number: int) -> None:
        while time.perf_counter() < end:
            answer(rows[(counts[number] + number) % len(rows)])
            counts[number] += 1

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(threads)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    return sum(counts) / SECONDS


def main() -> None:
    """Prints a line for each figure."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    rows, answers = make_classification(5000, WIDTH, n_informative=15, random_state=0)
    forest = RandomForestClassifier(100, max_depth=15, random_state=0)
    for estimator in (
        LogisticRegression(max_iter=500),
        forest,
        HistGradientBoostingClassifier(random_state=0),
    ):
        estimator.fit(rows, answers)
        content = artifact_of(estimator)
        prepared = prepare(read_saved(content)[0], manifest_of(estimator, content, rows, proven=False))
        lists, places = rows[:500].tolist(), iter(range(10**9))

        def both(some: Any, estimator: Any = estimator) -> None:
            estimator.predict(some)
            estimator.predict_proba(some)

        print(
            f"{type(estimator).__name__}: one row "
            f"{microseconds(lambda: prepared.one(lists[next(places) % 500]), 500):.1f} µs, "  # noqa: B023
            f"scikit-learn {microseconds(lambda: both(rows[:1]), 10):.0f} µs; 1,000 rows "
            f"{microseconds(lambda: prepared.many(rows[:1000]), 2) / 1000:.1f} ms, "  # noqa: B023
            f"scikit-learn {microseconds(lambda: both(rows[:1000]), 2) / 1000:.1f} ms",
            flush=True,
        )
    answer = answering(forest, is_classifier=True)
    ones = list(rows[:500].reshape(500, 1, WIDTH))
    for threads in THREADS:
        print(
            f"forest without a prepared form, {threads} threads: {a_second(answer, ones, threads):.0f}/s, "
            f"batching {a_second(Batching(answer), ones, threads):.0f}/s",
            flush=True,
        )


if __name__ == "__main__":
    main()
