"""Trees, forests and boosting: what scikit-learn makes of the sums that a grove of trees gives.

Forests divide by the number of trees; boosting begins at a constant and turns the sum into probabilities by
the logistic function or softmax. Two classes: HistGradientBoosting takes the second above 0, GradientBoosting
from 0 on. Left to scikit-learn (NotPreparedError): several outputs, categorical splits, losses whose numbers
are not the sum itself, trees of a scikit-learn before 1.3 (whose values are counts, and are refused there).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .form import Form
from .grove import Grove, Places, Tree, constant
from .leaves import Ranges, leaf_rows, thresholds_of
from .safe_names import Saved
from .saved_values import Answer, Classes, Floats, NotPreparedError, array, choice, name_of, number

NODE_FIELDS = (
    *("left_child", "right_child", "feature", "threshold", "impurity", "n_node_samples"),
    *("weighted_n_node_samples", "missing_go_to_left"),
)


class Averaged(Form):
    """A tree or a forest: the mean over the trees, of probabilities or of numbers."""

    short = False
    most_rows = 512  # every threshold has rows of its own: see leaves

    def __init__(self, grove: Grove, classes: Classes | None, trees: int) -> None:
        self.grove = grove
        self.n_features_in_ = grove.width
        self.classes_ = classes
        self.thresholds = thresholds_of(grove)
        self.row_microseconds = grove.row_microseconds
        self._names = None if classes is None else classes.tolist()
        self._trees = trees

    def many(self, rows: NDArray[Any]) -> tuple[NDArray[Any], Floats | None]:
        """Values and, for a classifier, probabilities."""
        means = self.grove.sums(rows) / self._trees
        if self.classes_ is None:
            return means[:, 0], None
        return self.classes_.take(means.argmax(axis=1)), means

    def one(self, row: list[float]) -> Answer:
        """Value and probabilities of one row."""
        means = [item / self._trees for item in self.grove.sums_of_one(row)]
        if self._names is None:
            return means[0], None
        return self._names[means.index(max(means))], means

    def leaves(self, usual: Floats, ranges: Ranges) -> Iterator[tuple[Places, Floats, Floats]]:
        """For each leaf which tree to ask, with which rows, and what it says."""
        for trees, rows in leaf_rows(self.grove, usual, ranges):
            yield trees, rows, self.grove.values_of(trees, rows)


class Boosted(Averaged):
    """Boosting: the sum itself, or the probabilities that it stands for; `from_zero`: see above."""

    def __init__(self, grove: Grove, classes: Classes | None, from_zero: bool = False) -> None:
        super().__init__(grove, classes, 1)
        self._from_zero = from_zero

    def many(self, rows: NDArray[Any]) -> tuple[NDArray[Any], Floats | None]:
        """Values and, for a classifier, probabilities."""
        sums = self.grove.sums(rows)
        if self.classes_ is None:
            return sums[:, 0], None
        if sums.shape[1] > 1:
            odds = np.exp(sums - sums.max(axis=1, keepdims=True))
            return self.classes_.take(sums.argmax(axis=1)), odds / odds.sum(axis=1, keepdims=True)
        raw = sums[:, 0]
        places = raw >= 0 if self._from_zero else raw > 0
        with np.errstate(over="ignore"):
            second = 1.0 / (1.0 + np.exp(-raw))
        return self.classes_.take(places.astype(np.intp)), np.stack([1.0 - second, second], axis=1)

    def one(self, row: list[float]) -> Answer:
        """Value and probabilities of one row."""
        sums = self.grove.sums_of_one(row)
        if self._names is None:
            return sums[0], None
        if len(sums) > 1:
            largest = max(sums)
            odds = [math.exp(item - largest) for item in sums]
            whole = sum(odds)
            return self._names[sums.index(largest)], [item / whole for item in odds]
        raw = sums[0]
        second = 1.0 / (1.0 + math.exp(-raw)) if raw > -700 else 0.0
        return self._names[raw >= 0 if self._from_zero else raw > 0], [1.0 - second, second]


def prepare_trees(saved: Saved) -> Averaged:
    """The prepared form of a tree, a forest or boosting. Raises NotPreparedError."""
    kind = name_of(saved)
    classes = array(saved, "classes_", 1, "iufUbO") if kind.endswith("Classifier") else None
    width = choice(saved, "n_features_in_", int)
    if kind.startswith("HistGradientBoosting"):
        return Boosted(Grove(_histogram(saved, classes), width, single=False), classes)
    if kind.startswith("GradientBoosting"):
        return Boosted(Grove(_boosting(saved, classes), width, single=True), classes, from_zero=True)
    if choice(saved, "n_outputs_", int) != 1:
        raise NotPreparedError("several outputs")
    members = choice(saved, "estimators_", list) if "Forest" in kind or "Trees" in kind else [saved]
    outputs = 1 if classes is None else len(classes)
    trees = [_tree(member, outputs) for member in members]
    return Averaged(Grove(trees, width, single=True), classes, len(trees))


def _tree(member: Any, outputs: int) -> Tree:
    """scikit-learn's tree; its values must be one number, or one a class."""
    tree = member.get("tree_") if type(member) is Saved else None
    if type(tree) is not Saved or not tree.kind.endswith("._tree.Tree"):
        raise NotPreparedError("a tree expected")
    nodes, values = array(tree, "nodes", 1, "V"), array(tree, "values", 3)
    if nodes.dtype.names != NODE_FIELDS or values.shape != (len(nodes), 1, outputs):
        raise NotPreparedError("a tree of another kind")
    left, right, feature = (nodes[key].astype(np.intp) for key in ("left_child", "right_child", "feature"))
    return Tree(left, right, feature, nodes["threshold"].astype(np.float64), values[:, 0, :])


def _boosting(saved: Saved, classes: Classes | None) -> list[Tree]:
    members = array(saved, "estimators_", 2, "O")
    outputs, rate = members.shape[1], number(saved, "learning_rate")
    if outputs != (1 if classes is None or len(classes) == 2 else len(classes)):
        raise NotPreparedError("as many trees a round as classes expected")
    loss = _loss(saved, classes)
    trees = [constant(_begin(saved.get("init_"), loss, outputs))]
    for round_ in members:
        for place, member in enumerate(round_):
            tree = _tree(member, 1)
            trees.append(tree._replace(values=_spread(rate * tree.values, place, outputs)))
    return trees


def _begin(init: Any, loss: str, outputs: int) -> Floats:
    """What GradientBoosting adds the trees to."""
    if init == "zero":
        return np.zeros(outputs)
    if name_of(init) == "DummyRegressor":
        return np.array([number(init, "constant_")])
    if name_of(init) != "DummyClassifier" or init.get("strategy") != "prior":
        raise NotPreparedError("boosting upon another estimator")
    tiny = np.finfo(np.float64).eps
    prior = np.clip(array(init, "class_prior_", 1), tiny, 1 - tiny)
    logs = np.log(prior)
    if loss == "HalfBinomialLoss":
        return np.array([math.log(prior[1] / (1 - prior[1]))])
    return np.asarray(logs - logs.mean())


def _histogram(saved: Saved, classes: Classes | None) -> list[Tree]:
    _loss(saved, classes)
    if saved.get("_preprocessor") is not None:
        raise NotPreparedError("categories")
    begin, rounds = array(saved, "_baseline_prediction", 2), choice(saved, "_predictors", list)
    outputs = begin.shape[1]
    trees = [constant(begin)]
    for round_ in rounds:
        if type(round_) is not list or len(round_) != outputs:
            raise NotPreparedError("as many trees a round as outputs expected")
        for place, predictor in enumerate(round_):
            if type(predictor) is not Saved or not predictor.kind.endswith(".TreePredictor"):
                raise NotPreparedError("a tree expected")
            nodes = array(predictor, "nodes", 1, "V")
            if nodes["is_categorical"].any():
                raise NotPreparedError("categorical splits")
            leaf = nodes["is_leaf"] != 0
            left, right = (np.where(leaf, -1, nodes[key].astype(np.intp)) for key in ("left", "right"))
            values = _spread(nodes["value"].astype(np.float64)[:, None], place, outputs)
            feature = nodes["feature_idx"].astype(np.intp)
            trees.append(Tree(left, right, feature, nodes["num_threshold"].astype(np.float64), values))
    return trees


def _loss(saved: Saved, classes: Classes | None) -> str:
    """The loss's name; a regressor's must leave the sum as it is."""
    loss = saved.get("_loss")
    link = name_of(loss.get("link")) if type(loss) is Saved else ""
    wanted = "IdentityLink" if classes is None else "LogitLink" if len(classes) == 2 else "MultinomialLogit"
    if link != wanted:
        raise NotPreparedError(f"the link {link or 'of an unknown loss'}")
    return name_of(loss)


def _spread(values: Floats, place: int, outputs: int) -> Floats:
    """One column of numbers as one of `outputs` columns, 0 in the others (adding it changes no bit)."""
    if outputs == 1:
        return values
    wide = np.zeros((len(values), outputs))
    wide[:, place] = values[:, 0]
    return wide
