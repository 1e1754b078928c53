"""What an artifact may name: scikit-learn's estimators and their parts, and what numpy's values consist of.

None of it is imported from the file's word: a name is looked up in these tables or refused. Estimators and
parts become `Saved` (what was stored, and no behaviour); numpy's values are put together by `safe_numpy`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_LINEAR = "sklearn.linear_model."
_HISTOGRAM = "sklearn.ensemble._hist_gradient_boosting."

# Whose state carries `_sklearn_version`.
ESTIMATORS = frozenset(
    {
        *(f"{_LINEAR}_base.{name}" for name in ("LinearRegression",)),
        *(f"{_LINEAR}_ridge.{name}" for name in ("Ridge", "RidgeClassifier")),
        *(f"{_LINEAR}_logistic.{name}" for name in ("LogisticRegression", "LogisticRegressionCV")),
        *(f"{_LINEAR}_coordinate_descent.{name}" for name in ("Lasso", "ElasticNet")),
        *(f"{_LINEAR}_stochastic_gradient.{name}" for name in ("SGDClassifier", "SGDRegressor")),
        "sklearn.svm._classes.LinearSVC",
        "sklearn.svm._classes.LinearSVR",
        "sklearn.pipeline.Pipeline",
        *(f"sklearn.preprocessing._data.{name}" for name in ("StandardScaler", "MinMaxScaler")),
        *(f"sklearn.preprocessing._label.{name}" for name in ("LabelBinarizer", "LabelEncoder")),
        *(
            f"sklearn.{stem}{what}"
            for what in ("Classifier", "Regressor")
            for stem in (
                "tree._classes.DecisionTree",
                "tree._classes.ExtraTree",
                "ensemble._forest.RandomForest",
                "ensemble._forest.ExtraTrees",
                "ensemble._gb.GradientBoosting",
                "ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoosting",
            )
        ),
        f"{_HISTOGRAM}binning._BinMapper",
        "sklearn.dummy.DummyClassifier",
        "sklearn.dummy.DummyRegressor",
    }
)  # fmt: skip
_LOSSES = (
    "AbsoluteError",
    "HalfBinomialLoss",
    "HalfMultinomialLoss",
    "HalfSquaredError",
    "HuberLoss",
    "PinballLoss",
)
_LINKS = ("IdentityLink", "Interval", "LogitLink", "MultinomialLogit")
_SGD_LOSSES = ("EpsilonInsensitive", "Hinge", "ModifiedHuber", "SquaredEpsilonInsensitive", "SquaredHinge")
PARTS = frozenset(
    {
        "sklearn.tree._tree.Tree",
        f"{_HISTOGRAM}predictor.TreePredictor",
        *(f"sklearn._loss.loss.{name}" for name in _LOSSES),
        *(f"sklearn._loss._loss.Cy{name}" for name in _LOSSES),
        *(f"sklearn._loss._loss.__pyx_unpickle_Cy{name}" for name in _LOSSES),
        *(f"{_LINEAR}_sgd_fast.{name}" for name in _SGD_LOSSES),
        *(f"sklearn._loss.link.{name}" for name in _LINKS),
        *(f"numpy.random._pickle.__{name}_ctor" for name in ("randomstate", "generator", "bit_generator")),
        "numpy.random._mt19937.MT19937",
        "numpy.random._pcg64.PCG64",
        "numpy.random.bit_generator.SeedSequence",
        "numpy.random.bit_generator.__pyx_unpickle_SeedSequence",
    }
)  # fmt: skip
ARRAY_FILE = "joblib.numpy_pickle.NumpyArrayWrapper"
NDARRAY = "numpy.ndarray"
DTYPE = "numpy.dtype"
RECONSTRUCT = "numpy.*.multiarray._reconstruct"
SCALAR = "numpy.*.multiarray.scalar"
FROM_BUFFER = "numpy.*.numeric._frombuffer"
ENCODE = "_codecs.encode"  # how protocol 2 writes bytes: as latin-1 text,
EMPTY_BYTES = "__builtin__.bytes"  # and no bytes at all
NUMPY_1 = re.compile(r"numpy\.(?:core|_core)\.")  # the same functions before and since numpy 2
NAMES = (
    ESTIMATORS | PARTS | {ARRAY_FILE, NDARRAY, DTYPE, RECONSTRUCT, SCALAR, FROM_BUFFER, ENCODE, EMPTY_BYTES}
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the tables, as it stands on the unpickler's stack."""

    kind: str


@dataclass(slots=True, eq=False)
class Saved:
    """An object as it was stored: whose it is (`kind`), what made it, what it held."""

    kind: str
    arguments: tuple[Any, ...] = ()
    state: Any = None
    built: bool = False

    def get(self, attribute: str, default: Any = None) -> Any:
        """What was stored under `attribute`."""
        return self.state.get(attribute, default) if type(self.state) is dict else default


@dataclass(slots=True, eq=False)
class Unfinished:
    """An array or a dtype whose BUILD is still to come; `places` are the memo's keys that hold it."""

    kind: str
    value: Any = None
    places: list[int] = field(default_factory=list)


def known(module: str, name: str) -> str | None:
    """The table's word for `module`.`name`, or None."""
    kind = NUMPY_1.sub("numpy.*.", f"{module}.{name}")
    return kind if kind in NAMES else None
