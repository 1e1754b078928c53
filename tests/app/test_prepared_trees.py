"""Trees, forests and boosting answer as scikit-learn does, without it; a mutated tree is rejected."""

from __future__ import annotations

import logging
import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeRegressor

from inference_app.models.prepared import prepare, read_estimator
from inference_app.models.proof import compare, is_proven
from inference_app.models.safe_unpickler import read_saved
from inference_app.models.saved_values import NotPreparedError
from inference_app.models.trees import Averaged
from tests.app.support.estimators import artifact_of, manifest_of

RANDOM = np.random.default_rng(20130101)
ROWS = RANDOM.normal(size=(600, 5)) * [1, 10, 0.1, 1, 100]
ROWS[:, 3] = np.round(ROWS[:, 3], 1)  # equal values, and thresholds between decimals
MANY = np.concatenate([RANDOM.normal(size=(9400, 5)) * [2, 20, 0.2, 1, 200], ROWS])
NUMBER = ROWS[:, 0] * np.sign(ROWS[:, 1]) + 5 * ROWS[:, 2] + RANDOM.normal(size=600)
TWO, THREE = (NUMBER > 0).astype(int), np.digitize(NUMBER, [-1.0, 1.0])
CLASSES = {"two": TWO, "three": THREE, "texts": np.array(["low", "middle", "high"])[THREE]}

REGRESSORS = [
    DecisionTreeRegressor(random_state=0),
    ExtraTreeRegressor(random_state=0),
    RandomForestRegressor(50, random_state=0),
    ExtraTreesRegressor(5, random_state=0),
    GradientBoostingRegressor(random_state=0),
    GradientBoostingRegressor(loss="huber", init="zero", n_estimators=20, random_state=0),
    GradientBoostingRegressor(loss="quantile", n_estimators=20, random_state=0),
    HistGradientBoostingRegressor(random_state=0),
    HistGradientBoostingRegressor(loss="absolute_error", max_iter=20, random_state=0),
]
CLASSIFIERS = [
    DecisionTreeClassifier(max_depth=6, random_state=0),
    RandomForestClassifier(10, class_weight="balanced", random_state=0),
    RandomForestClassifier(60, max_depth=7, random_state=0),
    ExtraTreesClassifier(40, random_state=0),
    GradientBoostingClassifier(n_estimators=40, random_state=0),
    GradientBoostingClassifier(init="zero", n_estimators=10, random_state=0),
    HistGradientBoostingClassifier(max_iter=40, random_state=0),
]


def named(estimator: Any) -> str:
    return str(estimator).replace(" ", "").replace("\n", "").replace("random_state=0", "")[:60]


def prepared_of(estimator: Any) -> Averaged:
    content = artifact_of(estimator)
    made = read_estimator(content, manifest_of(estimator, content, ROWS))
    assert isinstance(made, Averaged)
    return made


@pytest.mark.parametrize("estimator", REGRESSORS, ids=named)
def test_a_regressors_numbers_are_scikit_learns_to_the_last_bit(estimator: Any) -> None:
    estimator.fit(ROWS, NUMBER)
    prepared, expected = prepared_of(estimator), estimator.predict(MANY).tolist()
    assert prepared.many(MANY)[0].tolist() == expected
    assert [prepared.one(row) for row in MANY[-300:].tolist()] == [
        (number, None) for number in expected[-300:]
    ]


@pytest.mark.parametrize("classes", CLASSES)
@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=named)
def test_a_classifiers_classes_and_probabilities_are_scikit_learns(estimator: Any, classes: str) -> None:
    estimator.fit(ROWS, CLASSES[classes])
    prepared, expected = prepared_of(estimator), estimator.predict(MANY)
    values, odds = prepared.many(MANY)
    assert values.dtype == expected.dtype
    assert values.tolist() == expected.tolist()
    assert odds is not None
    assert np.abs(odds - estimator.predict_proba(MANY)).max() <= 1e-15
    alone = [prepared.one(row) for row in MANY[-300:].tolist()]
    assert [value for value, _ in alone] == expected[-300:].tolist()
    assert np.abs(np.array([found for _, found in alone]) - odds[-300:]).max() <= 1e-15


def test_every_side_of_every_threshold_is_scikit_learns_in_float32_and_in_float64() -> None:
    for estimator in (DecisionTreeClassifier(random_state=0), HistGradientBoostingClassifier(max_iter=3)):
        estimator.fit(ROWS, TWO)
        prepared = prepared_of(estimator)
        for feature, thresholds in enumerate(prepared.thresholds):
            single = thresholds.astype(np.float32)
            for edge in (
                *(thresholds, np.nextafter(thresholds, -np.inf), np.nextafter(thresholds, np.inf)),
                *(single, np.nextafter(single, np.float32(-9e9)), np.nextafter(single, np.float32(9e9))),
            ):
                rows = MANY[: len(edge)].copy()
                rows[:, feature] = edge
                expected = estimator.predict_proba(rows).tolist()
                assert prepared.many(rows)[1].tolist() == expected  # type: ignore[union-attr]
                assert [prepared.one(row)[1] for row in rows.tolist()] == expected


def test_a_tie_goes_to_the_first_class_as_in_scikit_learn() -> None:
    rows, answers = np.array([[0.0], [0.0], [1.0], [1.0]]), ["b", "a", "b", "a"]
    tree = DecisionTreeClassifier(random_state=0).fit(rows, answers)
    content = artifact_of(tree)
    prepared = read_estimator(content, manifest_of(tree, content, rows))
    assert prepared.one([0.0]) == ("a", [0.5, 0.5])
    assert prepared.many(rows)[0].tolist() == tree.predict(rows).tolist() == ["a"] * 4


def test_what_does_not_fit_float32_is_refused_in_scikit_learns_words() -> None:
    for estimator in (
        RandomForestClassifier(3, random_state=0),
        RandomForestClassifier(40, max_depth=2, random_state=0),
    ):
        estimator.fit(ROWS, TWO)
        prepared, row = prepared_of(estimator), [0.0, 1e300, 0.0, 0.0, 0.0]
        with np.errstate(over="ignore"), pytest.raises(ValueError, match="too large for dtype") as expected:
            estimator.predict([row])
        for ask in (lambda: prepared.one(row), lambda: prepared.many(np.array([row]))):  # noqa: B023
            with pytest.raises(ValueError, match="too large for dtype") as refused:
                ask()
            assert str(refused.value) == str(expected.value)
        assert prepared.one([0.0, 3.4e38, 0.0, 0.0, 0.0])[0] in (0, 1)


def mutate_threshold(tree: Any, node: int) -> None:
    nodes = tree.get("nodes").copy()
    nodes["threshold"][node] = np.nextafter(np.float32(nodes["threshold"][node]), np.float32(np.inf))
    tree.state["nodes"] = nodes


def mutate_feature(tree: Any, node: int) -> None:
    nodes = tree.get("nodes").copy()
    nodes["feature"][node] = (nodes["feature"][node] + 1) % 5
    tree.state["nodes"] = nodes


def mutate_children(tree: Any, node: int) -> None:
    nodes = tree.get("nodes").copy()
    left, right = nodes["left_child"][node].item(), nodes["right_child"][node].item()
    nodes["left_child"][node], nodes["right_child"][node] = right, left
    tree.state["nodes"] = nodes


def mutate_leaf(tree: Any, node: int) -> None:
    nodes, values = tree.get("nodes"), tree.get("values").copy()
    leaf = node
    while nodes["left_child"][leaf] >= 0:
        leaf = nodes["right_child"][leaf]
    values[leaf, 0, :] = values[leaf, 0, ::-1] * 0.999 + 0.0005
    tree.state["values"] = values


@pytest.mark.parametrize("mutate", [mutate_threshold, mutate_feature, mutate_children, mutate_leaf])
def test_a_mutated_tree_is_rejected_wherever_the_mutation_is(mutate: Any) -> None:
    forest = RandomForestClassifier(20, max_depth=9, random_state=0).fit(ROWS, TWO)
    content = artifact_of(forest)
    manifest = manifest_of(forest, content, ROWS)
    assert manifest.prepared is not None
    random = np.random.default_rng(5)
    for _ in range(12):
        saved, _ = read_saved(content)
        assert is_proven(prepare(saved, manifest), manifest, manifest.prepared)
        tree = saved.get("estimators_")[random.integers(20)].get("tree_")
        mutate(tree, random.choice((tree.get("nodes")["left_child"] >= 0).nonzero()[0]))
        mutated = prepare(saved, manifest)
        assert not is_proven(mutated, manifest, manifest.prepared)
        if mutate is mutate_threshold:
            continue  # one number goes left instead of right, maybe to a leaf that holds the same
        with pytest.raises(NotPreparedError, match="expected"):
            compare(mutated, forest, manifest)


def test_a_mutated_coefficient_is_rejected() -> None:
    model = LogisticRegression(max_iter=5000).fit(ROWS, THREE)
    content = artifact_of(model)
    manifest = manifest_of(model, content, ROWS)
    assert manifest.prepared is not None
    for place in np.ndindex(3, 5):
        saved, _ = read_saved(content)
        saved.state["coef_"] = saved.get("coef_").copy()
        saved.state["coef_"][place] *= 1.001
        mutated = prepare(saved, manifest)
        assert not is_proven(mutated, manifest, manifest.prepared)
        with pytest.raises(NotPreparedError, match="expected"):
            compare(mutated, model, manifest)


def test_what_differs_is_left_aside_with_one_line(caplog: pytest.LogCaptureFixture) -> None:
    tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(ROWS, TWO)
    content = artifact_of(tree)
    manifest = manifest_of(tree, content, ROWS)
    assert manifest.prepared is not None
    other = replace(manifest, prepared=replace(manifest.prepared, sha256="0" * 64))
    with caplog.at_level(logging.INFO, "inference.models"):
        assert type(read_estimator(content, other)) is DecisionTreeClassifier
        assert isinstance(read_estimator(content, replace(manifest, prepared=None)), Averaged)
        assert type(read_estimator(content, manifest, use_prepared=False)) is DecisionTreeClassifier
    assert caplog.messages == [
        "model fitted: the prepared form is left aside: its answers are not the recorded ones"
    ]


def test_what_follows_another_rule_is_left_to_scikit_learn() -> None:
    categorical = HistGradientBoostingClassifier(max_iter=3, categorical_features=[3])
    days = np.concatenate([ROWS[:, :3], np.digitize(ROWS[:, 3:4], [-1, 0, 1]), ROWS[:, 4:]], axis=1)
    for estimator, rows, answers in (
        (categorical, days, TWO),
        (HistGradientBoostingRegressor(loss="poisson", max_iter=3), ROWS, TWO + 1),
        (GradientBoostingClassifier(loss="exponential", n_estimators=3), ROWS, TWO),
        (GradientBoostingRegressor(init=DecisionTreeRegressor(max_depth=1), n_estimators=3), ROWS, NUMBER),
        (RandomForestRegressor(3), ROWS, np.stack([NUMBER, -NUMBER], axis=1)),
    ):
        content = artifact_of(estimator.fit(rows, answers))
        served = read_estimator(content, manifest_of(estimator, content, rows))
        assert type(served) is type(estimator)
        assert served.predict(rows).tolist() == estimator.predict(rows).tolist()


def test_trees_of_counts_as_before_scikit_learn_1_3_are_not_prepared() -> None:
    tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(ROWS, TWO)
    saved, _ = read_saved(pickle.dumps(tree))
    inner = saved.get("tree_")
    kept = [name for name in inner.get("nodes").dtype.names if name != "missing_go_to_left"]
    inner.state["nodes"] = inner.get("nodes")[kept]
    with pytest.raises(NotPreparedError, match="a tree of another kind"):
        prepare(saved, manifest_of(tree, artifact_of(tree), ROWS))


@pytest.mark.parametrize(
    ("key", "value"), [("left_child", 0), ("right_child", 9999), ("feature", 5), ("threshold", np.nan)]
)
def test_a_tree_that_leads_nowhere_is_not_prepared(key: str, value: float) -> None:
    tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(ROWS, TWO)
    saved, _ = read_saved(artifact_of(tree))
    nodes = saved.get("tree_").get("nodes").copy()
    nodes[key][1] = value
    saved.get("tree_").state["nodes"] = nodes
    with pytest.raises(NotPreparedError):
        prepare(saved, manifest_of(tree, artifact_of(tree), ROWS))
