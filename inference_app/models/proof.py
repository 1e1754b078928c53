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
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .asked import Answers, answers_of, trees_of
from .form import Form
from .manifest import Manifest, Record
from .probes import SCHEME, Probes, probe_rows
from .saved_values import Floats, NotPreparedError

STEP = 2.0**-20  # of the largest answer
CLEAR = 2.0**-20  # of a step
PHASES = 64
LEAD = 1e-9
NOISE = 1e-12  # what machines may differ by, of the largest answer
EQUAL = 1e-9  # of the largest answer: publishing, or a load without a record, compares by this
ONE_BY_ONE = 48
FILLED = (0, 101, 211)


def make_record(prepared: Form, estimator: Any, manifest: Manifest) -> Record:
    """What the manifest says about the prepared form. Raises NotPreparedError where it differs from
    `estimator`, scikit-learn's own, naming the first row."""
    probes = probe_rows(prepared, manifest)
    own, other = _own(prepared, probes.rows), answers_of(estimator, probes.rows)
    _compare(prepared, probes.rows, own, other)
    _compare_trees(prepared, estimator, probes)
    leads = np.concatenate([_leads(prepared, own), _leads(prepared, other)])
    if ((leads > LEAD - NOISE) & (leads < LEAD + NOISE)).any():
        raise NotPreparedError("a class leads by a hair: the proof would be a matter of luck")
    blocks = [other.numbers[: probes.near], other.numbers[probes.near :]]
    steps = tuple(2.0 ** math.ceil(math.log2(_scale(block))) * STEP for block in blocks)
    for phase in range(PHASES):
        if all(_is_clear(block, step, phase) for block, step in zip(blocks, steps, strict=True)):
            record = Record(SCHEME, len(probes.rows), steps, phase, "")
            return replace(record, sha256=_digest(prepared, probes, other, record))
    raise NotPreparedError("no steps are clear of every answer")


def is_proven(prepared: Form, manifest: Manifest, record: Record) -> bool:
    """Whether the prepared form gives the recorded answers, all rows at once and some one by one."""
    probes = probe_rows(prepared, manifest)
    if len(probes.rows) != record.rows or len(record.steps) != 2:
        return False
    own = _own(prepared, probes.rows)
    if _digest(prepared, probes, own, record) != record.sha256:
        return False
    try:
        _compare_one_by_one(prepared, probes.rows)
    except NotPreparedError:
        return False
    return True


def compare(prepared: Form, estimator: Any, manifest: Manifest) -> None:
    """Raises NotPreparedError naming the first row that the two answer differently."""
    probes = probe_rows(prepared, manifest)
    _compare(prepared, probes.rows, _own(prepared, probes.rows), answers_of(estimator, probes.rows))
    _compare_trees(prepared, estimator, probes)


def _compare_trees(prepared: Form, estimator: Any, probes: Probes) -> None:
    asked: list[Any] = []
    usual = probes.rows[: probes.near]
    for shift in FILLED:  # one filling might lead past a wrong threshold to a leaf that holds the same
        for trees, rows, values in prepared.leaves(np.roll(usual, shift, axis=0), probes.ranges):
            asked = asked or trees_of(estimator)
            for tree in np.unique(trees).tolist():
                which = trees == tree
                expected = asked[tree](rows[which])
                if not _close(values[which], expected, NOISE * _scale(expected)).all():
                    raise NotPreparedError(f"tree {tree}: its answers are not the expected ones")


def _compare(prepared: Form, rows: NDArray[Any], own: Answers, other: Answers) -> None:
    if own.numbers.shape != other.numbers.shape:
        raise NotPreparedError(f"answers of the shape {own.numbers.shape}, {other.numbers.shape} expected")
    different = ~_close(own.numbers, other.numbers, EQUAL * _scale(other.numbers)).all(axis=1)
    if prepared.classes_ is not None:
        different |= np.asarray(own.values != other.values) & (_leads(prepared, own) > LEAD)
    if different.any():
        row = int(different.argmax())
        found, expected = own.numbers[row].tolist(), other.numbers[row].tolist()
        raise NotPreparedError(f"row {row}: {found} prepared, {expected} expected")
    _compare_one_by_one(prepared, rows)


def _compare_one_by_one(prepared: Form, rows: NDArray[Any]) -> None:
    """Raises NotPreparedError where a row by itself is answered differently than among others."""
    some = rows[:: max(1, len(rows) // ONE_BY_ONE)]
    own = _own(prepared, some)
    has_odds = prepared.classes_ is None or prepared.scores(some[:1]) is None
    noise, leads = NOISE * _scale(own.numbers), _leads(prepared, own)
    for row, value, many, lead in zip(some.tolist(), own.values.tolist(), own.numbers, leads, strict=True):
        alone, odds = prepared.one(row)
        found = np.array([alone] if prepared.classes_ is None else odds or [])
        same = prepared.classes_ is None or value == alone or not lead > LEAD
        if not same or (has_odds and not _close(found, many, noise).all()):
            raise NotPreparedError(f"a row alone: {alone}, {odds}; among others: {value}, {many.tolist()}")


def _own(prepared: Form, rows: NDArray[Any]) -> Answers:
    with np.errstate(all="ignore"):
        values, numbers = prepared.many(rows)
        if numbers is None:
            numbers = prepared.scores(rows)
    numbers = values.astype(np.float64) if numbers is None else numbers
    return Answers(values, numbers.reshape(len(rows), -1))


def _scale(answers: Floats) -> float:
    """The largest finite answer, never 0."""
    return float(np.abs(answers[np.isfinite(answers)]).max(initial=1e-300))


def _close(own: Floats, other: Floats, most: float) -> NDArray[np.bool_]:
    """Where the two are `most` apart, or the same infinity, or both no number."""
    with np.errstate(invalid="ignore"):
        close = np.abs(own - other) <= most
    return np.asarray(close | (own == other) | (np.isnan(own) & np.isnan(other)))


def _leads(prepared: Form, answers: Answers) -> Floats:
    """By how much each row's class is ahead of the next; a number has no rival."""
    numbers = answers.numbers
    if prepared.classes_ is None:
        return np.full(len(numbers), np.inf)
    if numbers.shape[1] == 1:
        return np.abs(numbers[:, 0])
    best = np.partition(numbers, -2, axis=1)
    return np.asarray(best[:, -1] - best[:, -2])


def _steps(answers: Floats, step: float, phase: int) -> Floats:
    """The answers in steps; what is not finite becomes one number, which is clear of every border."""
    finite = np.where(np.isfinite(answers), answers, 0.0)
    return np.where(np.isfinite(answers), finite / step + (phase + 0.5) / PHASES, 0.5 - 2.0**40)


def _is_clear(answers: Floats, step: float, phase: int) -> bool:
    places = _steps(answers, step, phase)
    return not (np.abs(places - np.round(places)) < CLEAR).any()


def _digest(prepared: Form, probes: Probes, answers: Answers, record: Record) -> str:
    """Over the rows, the classes and the answers in steps; for trees over the rows and values of each leaf,
    which are no arithmetic's result and the same on every machine."""
    digest = hashlib.sha256(f"{record.scheme} {record.rows} {record.steps} {record.phase}".encode())
    digest.update(np.ascontiguousarray(probes.rows, dtype="<f8").tobytes())
    if prepared.classes_ is not None:
        names = {name: place for place, name in enumerate(prepared.classes_.tolist())}
        places = np.array([names.get(name, -2) for name in answers.values.tolist()], dtype="<i8")
        digest.update(np.where(_leads(prepared, answers) <= LEAD, -1, places).tobytes())
    for block, step in zip(np.split(answers.numbers, [probes.near]), record.steps, strict=True):
        digest.update(np.floor(_steps(block, step, record.phase)).astype("<f8").tobytes())
    for trees, rows, values in prepared.leaves(probes.rows[: probes.near], probes.ranges):
        for array in (trees, rows, values):
            digest.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    return digest.hexdigest()
