"""Linear models and their pipelines answer as scikit-learn does, without it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, StandardScaler
from sklearn.svm import LinearSVC, LinearSVR

from inference_app.models import linear
from inference_app.models.prepared import read_estimator
from tests.app.support.estimators import artifact_of, manifest_of

RANDOM = np.random.default_rng(20130101)
ROWS = RANDOM.normal(size=(300, 6)) * [1, 10, 0.1, 1, 100, 1]
MANY = RANDOM.normal(size=(10_000, 6)) * [3, 30, 0.3, 3, 300, 3]
NUMBER = ROWS @ [1, -0.2, 5, 0, 0.01, 2] + RANDOM.normal(size=300)
TWO = (NUMBER > 0).astype(int)
THREE = np.digitize(NUMBER, [-2.0, 2.0])
TEXTS = np.array(["the one", "the other", "a third"])
CLASSES = {
    "two": TWO,
    "three": THREE,
    "texts": TEXTS[THREE],
    "yes or no": TWO == 1,
    "objects": TEXTS.astype(object)[TWO],
}

REGRESSORS = [
    LinearRegression(),
    LinearRegression(fit_intercept=False),
    Ridge(),
    Lasso(0.1),
    ElasticNet(0.1),
    make_pipeline(StandardScaler(), SGDRegressor(random_state=0)),
    make_pipeline(StandardScaler(), LinearSVR(random_state=0)),
    make_pipeline(MinMaxScaler(), Ridge()),
    make_pipeline(MinMaxScaler((-1, 2), clip=True), "passthrough", StandardScaler(with_std=False), Ridge()),
]
CLASSIFIERS = [
    LogisticRegression(max_iter=5000),
    LogisticRegression(fit_intercept=False, max_iter=5000),
    RidgeClassifier(),
    make_pipeline(StandardScaler(), LogisticRegression()),
    make_pipeline(StandardScaler(with_mean=False), SGDClassifier(loss="log_loss", random_state=0)),
    make_pipeline(StandardScaler(), SGDClassifier(random_state=0)),
    make_pipeline(MinMaxScaler(), LinearSVC(random_state=0)),
]


def prepared_of(estimator: Any, rows: Any = ROWS) -> Any:
    """What serves `estimator`, proven by its record."""
    content = artifact_of(estimator)
    made = read_estimator(content, manifest_of(estimator, content, rows))
    assert not type(made).__module__.startswith("sklearn.")
    return made


def named(estimator: Any) -> str:
    return str(estimator).replace(" ", "").replace("\n", "")[:60]


@pytest.mark.parametrize("estimator", REGRESSORS, ids=named)
def test_a_regressors_numbers_are_scikit_learns(estimator: Any) -> None:
    estimator.fit(ROWS, NUMBER)
    prepared, expected = prepared_of(estimator), estimator.predict(MANY)
    assert np.abs(prepared.predict(MANY) - expected).max() <= 1e-13 * np.abs(expected).max()
    for row, value in zip(MANY[:200].tolist(), expected[:200].tolist(), strict=True):
        alone, odds = prepared.one(row)
        assert (type(alone), odds) == (float, None)
        assert abs(alone - value) <= 1e-13 * np.abs(expected).max()


@pytest.fixture(params=[linear.WIDE, 0], ids=["narrow", "wide"])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once as so few coefficients are computed, once as very many."""
    monkeypatch.setattr(linear, "WIDE", request.param)


@pytest.mark.usefixtures("width")
@pytest.mark.parametrize("classes", CLASSES)
@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=named)
def test_a_classifiers_classes_and_probabilities_are_scikit_learns(estimator: Any, classes: str) -> None:
    estimator.fit(ROWS, CLASSES[classes])
    prepared, expected = prepared_of(estimator), estimator.predict(MANY)
    values = prepared.predict(MANY)
    assert values.dtype == expected.dtype
    assert values.tolist() == expected.tolist()
    alone = [prepared.one(row) for row in MANY[:200].tolist()]
    assert [value for value, _ in alone] == expected[:200].tolist()
    if not hasattr(estimator, "predict_proba"):
        assert [*{odds for _, odds in alone}, prepared.many(MANY)[1]] == [None, None]
        return
    odds = estimator.predict_proba(MANY)
    assert np.abs(prepared.many(MANY)[1] - odds).max() <= 1e-15
    assert np.abs(np.array([found for _, found in alone]) - odds[:200]).max() <= 2e-15


@pytest.mark.usefixtures("width")
def test_scores_far_outside_give_what_scikit_learn_gives() -> None:
    far = np.array([[-1e6] * 6, [1e6] * 6, [1e300] * 6, [-1e300] * 6, [1e308, -1e308, 0, 0, 0, 0], [0.0] * 6])
    for answers in (TWO, THREE):
        for estimator in (LogisticRegression(max_iter=5000), SGDClassifier(loss="log_loss", random_state=0)):
            estimator.fit(ROWS, answers)
            prepared = prepared_of(estimator)
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                values, odds = estimator.predict(far).tolist(), estimator.predict_proba(far)
                assert prepared.predict(far).tolist() == values
                np.testing.assert_allclose(prepared.many(far)[1], odds, rtol=0, atol=1e-15)
                for row, value, expected in zip(far.tolist(), values, odds, strict=True):
                    alone, found = prepared.one(row)
                    assert alone == value
                    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-15)


def test_the_golden_line_is_exact() -> None:
    line = LinearRegression().fit([[0.0], [4.0]], [1009.9768130651476, 2014.123402739217])
    prepared = prepared_of(line, np.array([[0.0], [4.0]]))
    for value, expected in ((0.0, 1009.9768130651476), (3.0, 1763.0867553206997), (4.0, 2014.123402739217)):
        assert abs(prepared.one([value])[0] - expected) <= 1e-9
        assert abs(prepared.predict(np.array([[value]]))[0] - expected) <= 1e-9


@pytest.mark.parametrize(
    "estimator",
    [
        SGDClassifier(loss="modified_huber", random_state=0),
        make_pipeline(MaxAbsScaler(), LogisticRegression(max_iter=5000)),
        make_pipeline(StandardScaler(), make_pipeline(StandardScaler(), LogisticRegression())),
    ],
    ids=named,
)
def test_what_follows_another_rule_is_left_to_scikit_learn(estimator: Any) -> None:
    content = artifact_of(estimator.fit(ROWS, THREE))
    manifest = manifest_of(estimator, content, ROWS)
    assert manifest.prepared is None
    served = read_estimator(content, manifest)
    assert type(served) is type(estimator)
    assert served.predict_proba(MANY).tolist() == estimator.predict_proba(MANY).tolist()


def test_several_numbers_a_row_are_left_to_scikit_learn() -> None:
    estimator = LinearRegression().fit(ROWS, np.stack([NUMBER, TWO], axis=1))
    content = artifact_of(estimator)
    assert type(read_estimator(content, manifest_of(estimator, content, ROWS))) is LinearRegression
