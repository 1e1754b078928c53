"""A prepared form is proven equal to scikit-learn: when a model is published, and wherever it is loaded.

At publishing scikit-learn answers the probe rows, and a digest of its answers goes into the manifest. At
loading the prepared form answers the same rows and must give that digest; scikit-learn is not even imported.

The last bits of an answer may differ between machines (another BLAS, another exp). So answers are counted in
steps of 2⁻²⁰ of the largest one, and publishing chooses where the steps begin (`phase`) such that no answer
lies within 2⁻²⁰ of a step of a border: what is 10⁻¹² away gives the same digest, what is 10⁻⁶ away does not.
A class whose lead is below 10⁻⁹ is not compared, for the same reason; publishing makes sure that no lead is
within 10⁻¹² of that.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .manifest import Manifest, Record
from .probes import SCHEME, Probed, probe_rows
from .saved_values import Answer, Classes, Floats, NotPreparedError

STEP = 2.0**-20  # of the largest answer
CLEAR = 2.0**-20  # of a step
PHASES = 64
LEAD = 1e-9
NOISE = 1e-12  # what machines may differ by, of the largest answer
EQUAL = 1e-9  # of the largest answer: publishing, or a load without a record, compares by this
ONE_BY_ONE = 48


class Prepared(Probed, Protocol):
    """A prepared form; `predict_proba` is there for classifiers with probabilities."""

    @property
    def classes_(self) -> Classes | None:
        """The classes in the order of the probabilities; None for a regressor."""
        ...

    @property
    def short(self) -> bool:
        """Whether any number of rows is answered quickly."""
        ...

    def predict(self, rows: NDArray[Any], /) -> NDArray[Any]:
        """One value or class a row."""
        ...

    def one(self, row: list[float], /) -> Answer:
        """Value, or class and probabilities, of one row in plain Python."""
        ...

    def leads(self, rows: NDArray[Any], /) -> Floats:
        """For classifiers: by how much each row's class is ahead of the next."""
        ...


class Predictor(Protocol):
    """The prepared form or scikit-learn's own."""

    def predict(self, rows: NDArray[Any], /) -> NDArray[Any]:
        """One value or class a row."""
        ...


def make_record(prepared: Prepared, estimator: Predictor, manifest: Manifest) -> Record:
    """What the manifest says about the prepared form. Raises NotPreparedError where it differs from
    `estimator`, naming the first row."""
    rows, near = probe_rows(prepared, manifest)
    compare(prepared, estimator, rows)
    leads = _leads(prepared, rows)
    if ((leads > LEAD - NOISE) & (leads < LEAD + NOISE)).any():
        raise NotPreparedError("a class leads by a hair: the proof would be a matter of luck")
    answers = _answers(estimator, rows)
    blocks = [answers[:near], answers[near:]]
    steps = tuple(2.0 ** math.ceil(math.log2(_scale(block))) * STEP for block in blocks)
    for phase in range(PHASES):
        if all(_is_clear(block, step, phase) for block, step in zip(blocks, steps, strict=True)):
            record = Record(SCHEME, len(rows), steps, phase, "")
            digest = _digest(rows, near, prepared, estimator, record)
            return Record(SCHEME, len(rows), steps, phase, digest)
    raise NotPreparedError("no steps are clear of every answer")


def is_proven(prepared: Prepared, manifest: Manifest, record: Record) -> bool:
    """Whether the prepared form gives the recorded answers, all rows at once and some one by one."""
    rows, near = probe_rows(prepared, manifest)
    if len(rows) != record.rows or _digest(rows, near, prepared, prepared, record) != record.sha256:
        return False
    try:
        compare_one_by_one(prepared, rows)
    except NotPreparedError:
        return False
    return True


def compare(prepared: Prepared, estimator: Predictor, rows: NDArray[Any]) -> None:
    """Raises NotPreparedError naming the first row that the two answer differently."""
    with np.errstate(all="ignore"):
        own, other = _answers(prepared, rows), _answers(estimator, rows)
        if own.shape != other.shape:
            raise NotPreparedError(f"answers of the shape {own.shape}, {other.shape} expected")
        different = (~_close(own, other, EQUAL * _scale(other))).any(axis=1)
        if prepared.classes_ is not None:
            apart = np.asarray(prepared.predict(rows) != estimator.predict(rows))
            different |= apart & (_leads(prepared, rows) > LEAD)
    if different.any():
        row = int(different.argmax())
        raise NotPreparedError(f"row {row}: {own[row].tolist()} prepared, {other[row].tolist()} expected")
    compare_one_by_one(prepared, rows)


def compare_one_by_one(prepared: Prepared, rows: NDArray[Any]) -> None:
    """Raises NotPreparedError where a row by itself is answered differently than among others."""
    some = rows[:: max(1, len(rows) // ONE_BY_ONE)]
    with np.errstate(all="ignore"):
        values, numbers, leads = (
            prepared.predict(some).tolist(),
            _answers(prepared, some),
            _leads(prepared, some),
        )
    noise = NOISE * _scale(numbers)
    for row, value, many, lead in zip(some.tolist(), values, numbers, leads, strict=True):
        alone, odds = prepared.one(row)
        is_number = prepared.classes_ is None
        found = [alone] if is_number else odds or []
        same = is_number or value == alone or not lead > LEAD
        if not same or (found and not _close(np.array(found), many, noise).all()):
            raise NotPreparedError(
                f"the row {row} alone: {alone}, {odds}; among others: {value}, {many.tolist()}"
            )


def _answers(predictor: Predictor, rows: NDArray[Any]) -> Floats:
    """The numbers of the answers, rows by how many: probabilities, else scores, else a regressor's value."""
    ask = getattr(predictor, "predict_proba", getattr(predictor, "decision_function", predictor.predict))
    return np.asarray(ask(rows), dtype=np.float64).reshape(len(rows), -1)


def _scale(answers: Floats) -> float:
    """The largest finite answer, never 0."""
    return float(np.abs(answers[np.isfinite(answers)]).max(initial=1e-300))


def _close(own: Floats, other: Floats, most: float) -> NDArray[np.bool_]:
    """Where the two are `most` apart, or the same infinity, or both no number."""
    with np.errstate(invalid="ignore"):
        close = np.abs(own - other) <= most
    return np.asarray(close | (own == other) | (np.isnan(own) & np.isnan(other)))


def _leads(prepared: Prepared, rows: NDArray[Any]) -> Floats:
    return np.full(len(rows), np.inf) if prepared.classes_ is None else prepared.leads(rows)


def _steps(answers: Floats, step: float, phase: int) -> Floats:
    """The answers in steps; what is not finite becomes one number, which is clear of every border."""
    finite = np.where(np.isfinite(answers), answers, 0.0)
    return np.where(np.isfinite(answers), finite / step + (phase + 0.5) / PHASES, 0.5 - 2.0**40)


def _is_clear(answers: Floats, step: float, phase: int) -> bool:
    places = _steps(answers, step, phase)
    return not (np.abs(places - np.round(places)) < CLEAR).any()


def _digest(rows: NDArray[Any], near: int, prepared: Prepared, asked: Predictor, record: Record) -> str:
    """Over the rows, the classes and the answers in steps."""
    digest = hashlib.sha256(f"{record.scheme} {record.rows} {record.steps} {record.phase}".encode())
    digest.update(np.ascontiguousarray(rows, dtype="<f8").tobytes())
    with np.errstate(all="ignore"):
        answers = _answers(asked, rows)
        if prepared.classes_ is not None:
            names = {name: place for place, name in enumerate(prepared.classes_.tolist())}
            places = np.array([names.get(name, -2) for name in asked.predict(rows).tolist()], dtype="<i8")
            places[_leads(prepared, rows) <= LEAD] = -1
            digest.update(places.tobytes())
        for block, step in zip((answers[:near], answers[near:]), record.steps, strict=True):
            digest.update(np.floor(_steps(block, step, record.phase)).astype("<f8").tobytes())
    return digest.hexdigest()
