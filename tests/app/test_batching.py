"""Requests that wait for the same estimator become one call, and none of them notices the others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from inference_app.models.answering import answering
from inference_app.models.batching import Batching

SECONDS = 10  # that a test waits for what comes at once


class Estimator:
    """Doubles numbers and raises for a negative one; each call waits until it is let through."""

    def __init__(self) -> None:
        self.calls: list[list[float]] = []
        self.called = threading.Semaphore(0)
        self.let = threading.Semaphore(0)

    def __call__(self, rows: Any) -> tuple[Any, Any]:
        self.calls.append(rows[:, 0].tolist())
        self.called.release()
        assert self.let.acquire(timeout=SECONDS)
        if (rows < 0).any():
            raise ValueError(f"{rows.min()} is negative")
        return rows[:, 0] * 2, rows / 10

    def wait_for_a_call(self) -> None:
        assert self.called.acquire(timeout=SECONDS)


def row(*numbers: float) -> Any:
    return np.array([[float(number)] for number in numbers])


def ask_in_order(
    pool: ThreadPoolExecutor, batching: Batching, requests: list[Any]
) -> list[Future[tuple[Any, Any]]]:
    """Each request from a thread of its own, the next one when the one before waits in the queue."""
    futures = []
    for rows in requests:
        before = len(batching._waiting)
        futures.append(pool.submit(batching, rows))
        while len(batching._waiting) == before:
            assert not futures[-1].done()
    return futures


@pytest.fixture
def pool() -> Any:
    with ThreadPoolExecutor(16) as made:
        yield made


def busy(most_rows: int = 2048) -> tuple[Estimator, Batching]:
    estimator = Estimator()
    return estimator, Batching(estimator, most_rows)


def test_a_request_alone_is_asked_at_once_in_its_own_thread() -> None:
    threads = []

    def answer(rows: Any) -> tuple[Any, None]:
        threads.append(threading.current_thread())
        return rows, None

    batching, rows = Batching(answer), row(1)
    assert batching(rows)[0] is rows  # not even copied
    assert batching(rows)[0] is rows
    assert threads == [threading.current_thread()] * 2


def test_those_who_wait_become_one_call_and_each_gets_its_own_answer(pool: ThreadPoolExecutor) -> None:
    estimator, batching = busy()
    first = pool.submit(batching, row(1))
    estimator.wait_for_a_call()
    others = ask_in_order(pool, batching, [row(2), row(3, 4), row(5)])
    estimator.let.release(2)
    assert first.result(SECONDS)[0].tolist() == [2]
    assert [future.result(SECONDS)[0].tolist() for future in others] == [[4], [6, 8], [10]]
    assert [future.result()[1].tolist() for future in others] == [[[0.2]], [[0.3], [0.4]], [[0.5]]]
    assert estimator.calls == [[1], [2, 3, 4, 5]]


def test_a_call_takes_as_many_rows_as_fit_and_a_large_request_goes_alone(pool: ThreadPoolExecutor) -> None:
    estimator, batching = busy(most_rows=3)
    first = pool.submit(batching, row(1))
    estimator.wait_for_a_call()
    others = ask_in_order(pool, batching, [row(2), row(3, 4), row(5), row(6, 7, 8, 9), row(10)])
    estimator.let.release(6)
    assert first.result(SECONDS)[0].tolist() == [2]
    assert [future.result(SECONDS)[0].tolist() for future in others][-2:] == [[12, 14, 16, 18], [20]]
    assert estimator.calls == [[1], [2, 3, 4], [5], [6, 7, 8, 9], [10]]


def test_rows_that_fail_fail_only_their_own_request(pool: ThreadPoolExecutor) -> None:
    estimator, batching = busy()
    first = pool.submit(batching, row(-1))
    estimator.wait_for_a_call()
    others = ask_in_order(pool, batching, [row(2), row(-3), row(4)])
    estimator.let.release(9)
    with pytest.raises(ValueError, match=r"-1\.0 is negative"):
        first.result(SECONDS)
    with pytest.raises(ValueError, match=r"-3\.0 is negative"):
        others[1].result(SECONDS)
    assert [others[place].result(SECONDS)[0].tolist() for place in (0, 2)] == [[4], [8]]
    assert estimator.calls == [[-1], [2, -3, 4], [2], [-3], [4]]
    assert batching(row(5))[0].tolist() == [10]  # and it goes on


def test_a_thread_that_is_ended_leaves_nobody_waiting(pool: ThreadPoolExecutor) -> None:
    started, let = threading.Event(), threading.Event()

    def answer(rows: Any) -> tuple[Any, None]:
        started.set()
        assert let.wait(SECONDS)
        if len(rows) > 1:
            raise SystemExit
        return rows, None

    batching = Batching(answer)
    first = pool.submit(batching, row(1))
    assert started.wait(SECONDS)
    others = ask_in_order(pool, batching, [row(2), row(3)])
    let.set()
    assert first.result(SECONDS)[0].tolist() == [[1]]
    for future in others:
        with pytest.raises(SystemExit):
            future.result(SECONDS)
    assert batching(row(4))[0].tolist() == [[4]]


def test_many_threads_get_what_they_would_get_alone(pool: ThreadPoolExecutor) -> None:
    rows = np.random.default_rng(3).normal(size=(400, 4))
    tree = DecisionTreeClassifier(max_depth=4, random_state=0).fit(rows, (rows[:, 0] > 0).astype(int))
    batching = Batching(answering(tree, is_classifier=True))
    parts = [rows[start : start + 1 + start % 3] for start in range(0, 390)]
    for part, (values, odds) in zip(parts, pool.map(batching, parts), strict=True):
        assert values.tolist() == tree.predict(part).tolist()
        assert odds is not None
        assert odds.tolist() == tree.predict_proba(part).tolist()


def test_a_forest_is_asked_once_and_in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(3).normal(size=(60, 2))
    names = np.array(["a", "b"])[(rows[:, 0] > 0) * 1]
    forest = RandomForestClassifier(5, random_state=0, n_jobs=2).fit(rows, names)
    expected = forest.predict(rows).tolist()
    calls: list[Callable[..., Any]] = []
    original = RandomForestClassifier.predict_proba

    def counted(self: Any, asked: Any) -> Any:
        calls.append(self)
        return original(self, asked)

    monkeypatch.setattr(RandomForestClassifier, "predict_proba", counted)
    values, odds = answering(forest, is_classifier=True)(rows)
    assert values.tolist() == expected
    assert odds.shape == (60, 2)
    assert (len(calls), forest.n_jobs) == (1, None)


def test_what_has_no_probabilities_gives_none() -> None:
    rows = np.array([[0.0], [1.0], [2.0], [3.0]])
    assert answering(LinearRegression().fit(rows, rows[:, 0]), is_classifier=False)(rows)[1] is None
    values, odds = answering(SVC().fit(rows, [0, 0, 1, 1]), is_classifier=True)(rows)
    assert (values.tolist(), odds) == ([0, 0, 1, 1], None)
