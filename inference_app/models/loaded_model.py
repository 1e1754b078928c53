"""A model that is ready to serve: immutable, and proven against its manifest's examples."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import RefusedError
from .answering import answering
from .batching import Batching
from .form import Form
from .manifest import Manifest
from .rows import example_arrays, rows_of, width_of

TOLERANCE = 1e-6  # absolute and relative, of the self-test


class Estimator(Protocol):
    """What is used of scikit-learn."""

    def predict(self, rows: NDArray[Any], /) -> NDArray[Any]:
        """One value a row."""
        ...


@dataclass(frozen=True, slots=True)
class Prediction:
    """Values, one a row; for classifiers the probability of each class (rows by classes), in the order of
    `classes`."""

    values: NDArray[Any]
    probabilities: NDArray[np.float64] | None = None
    classes: tuple[Any, ...] | None = None

    @property
    def arrays(self) -> Prediction:
        """Itself; see RowPrediction."""
        return self


# Not frozen, which costs half a microsecond for each one made; nobody changes them.
@dataclass(slots=True)
class RowPrediction:
    """The prediction of one row in Python's own numbers."""

    value: Any
    odds: list[float] | None
    classes: tuple[Any, ...] | None

    @property
    def arrays(self) -> Prediction:
        """The same as arrays."""
        odds = None if self.odds is None else np.array([self.odds])
        return Prediction(np.array([self.value]), odds, self.classes)


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """One model of one release. `sha256` is the artifact's; `short` says that a prediction is quick enough
    for an event loop to run it in place (linear models of numbers; anything else may take milliseconds);
    `takes_texts`, that the estimator takes a list of strings and not a table (a vectorizer does).
    `one`, which only a prepared form has, gives value and probabilities of a row in Python's numbers, `many`
    those of any rows in numpy's; `batching`: scikit-learn's own is asked for several requests at once;
    `label` is `<name>;<version>;<first 12 digits of sha256>`, the value of the header X-Model."""

    name: str
    version: str
    sha256: str
    manifest: Manifest
    estimator: Estimator
    short: bool
    takes_texts: bool = False
    batching: bool = True
    one: Callable[[list[Any]], tuple[Any, list[float] | None]] | None = field(init=False)
    many: Callable[[NDArray[Any]], tuple[NDArray[Any], NDArray[Any] | None]] = field(init=False)
    label: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "one", getattr(self.estimator, "one", None))
        object.__setattr__(self, "many", self._many())
        object.__setattr__(self, "label", f"{self.name};{self.version};{self.sha256[:12]}")

    def _many(self) -> Callable[[NDArray[Any]], tuple[NDArray[Any], NDArray[Any] | None]]:
        if isinstance(self.estimator, Form):
            return self.estimator.many
        answer = answering(self.estimator, self.manifest.output.kind == "class")
        return Batching(answer) if self.batching else answer

    def predict(self, inputs: Mapping[str, NDArray[Any]]) -> Prediction:
        """The prediction for arrays by name, first axis = rows (see models/rows.py)."""
        rows = rows_of(self.manifest, inputs)
        if self.takes_texts:
            rows = rows[:, 0]
        if self.one is not None and len(rows) == 1:
            return RowPrediction(*self.one(rows[0].tolist()), self.manifest.output.classes or None).arrays
        with np.errstate(all="ignore"):  # an overflow is an infinity in the answer, where it is looked for
            values, probabilities = self.many(rows)
        return Prediction(values, probabilities, self.manifest.output.classes or None)


def make_model(manifest: Manifest, estimator: Any, batching: bool = True) -> LoadedModel:
    """The model of `manifest` and `estimator`. Raises RefusedError when the two disagree."""
    width = width_of(manifest)
    features = getattr(estimator, "n_features_in_", None)
    if features not in (None, width):
        raise RefusedError(
            f"{manifest.name}: the manifest names {width} inputs, the artifact takes {features}"
        )
    if not hasattr(estimator, "predict"):
        raise RefusedError(
            f"{manifest.name}: the artifact is a {type(estimator).__name__} and cannot predict"
        )
    if manifest.output.kind == "class":
        found = np.asarray(getattr(estimator, "classes_", ())).tolist()
        if found != list(manifest.output.classes):
            raise RefusedError(
                f"{manifest.name}: the manifest names the classes {list(manifest.output.classes)}, "
                f"the artifact has {found}"
            )
    model = LoadedModel(
        name=manifest.name,
        version=manifest.version,
        sha256=manifest.sha256,
        manifest=manifest,
        estimator=estimator,
        short=getattr(estimator, "short", hasattr(estimator, "coef_")),
        takes_texts=features is None and width == 1 and manifest.inputs[0].kind == "string",
        batching=batching,
    )
    self_test(model)
    return model


def self_test(model: LoadedModel) -> None:
    """Asks the manifest's examples. Raises RefusedError naming the first answer that differs."""
    examples = model.manifest.examples
    try:
        prediction = model.predict(example_arrays(model.manifest))
    except Exception as error:  # an estimator may raise anything; the start-up must say what
        raise RefusedError(f"{model.name}: the self-test raised {type(error).__name__}: {error}") from error
    values = prediction.values.tolist()
    probabilities = [] if prediction.probabilities is None else prediction.probabilities.tolist()
    for index, example in enumerate(examples):
        if not _same(values[index], example.prediction):
            raise RefusedError(
                f"{model.name}: self-test, example {index}: {example.prediction!r} expected, "
                f"{values[index]!r} predicted"
            )
        if example.probability is not None:
            found = probabilities[index] if probabilities else []
            if len(found) != len(example.probability) or not all(map(_same, found, example.probability)):
                raise RefusedError(
                    f"{model.name}: self-test, example {index}: probability {list(example.probability)} "
                    f"expected, {found} predicted"
                )


def _same(found: Any, expected: Any) -> bool:
    if isinstance(found, float) and type(expected) in (int, float):
        return math.isclose(found, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(found == expected)
