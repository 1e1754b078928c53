"""From an artifact to what answers: the prepared form where it is proven, else scikit-learn's own estimator.

Gain, flight_delay, import and load (`python -m tests.app.support.load_cost`, on a busy machine: the ratio
counts): 193 ms of processor time in place of 1,781, 37 MB in place of 124. PREPARED=0 switches it off.
"""

from __future__ import annotations

import logging
from typing import Any

from .artifact import check_versions, unpickle
from .form import Form
from .linear import CLASSIFIERS, REGRESSORS, prepare_linear
from .manifest import Manifest, Record
from .probes import SCHEME
from .proof import compare, is_proven, make_record
from .safe_names import Saved
from .safe_unpickler import UnknownError, read_saved
from .saved_values import NotPreparedError, name_of
from .scaled import prepare_pipeline
from .trees import prepare_trees

log = logging.getLogger("inference.models")


def prepare(saved: Saved, manifest: Manifest) -> Form:
    """The prepared form of `saved`, not yet proven. Raises NotPreparedError."""
    if any(item.datatype == "float32" for item in manifest.inputs):
        raise NotPreparedError("scikit-learn computes with float32 where the inputs are")
    if saved.kind == "sklearn.pipeline.Pipeline":
        return prepare_pipeline(saved)
    if name_of(saved) in (*REGRESSORS, *CLASSIFIERS):
        return prepare_linear(saved)
    return prepare_trees(saved)


def read_estimator(content: bytes, manifest: Manifest, use_prepared: bool = True) -> Any:
    """What answers for the artifact `content`, whose digest was checked. Raises RefusedError.

    One log line says why where a known estimator is not prepared; a form that is proven by the manifest's
    record needs no scikit-learn, one without a record is compared with it here.
    """
    try:
        saved, versions = read_saved(content)
    except UnknownError as error:
        log.debug("%s: %s", manifest.name, error)
        return unpickle(content, manifest.scikit_learn)
    check_versions(versions, manifest.scikit_learn)
    if not use_prepared:
        return unpickle(content, manifest.scikit_learn)
    estimator = None
    try:
        prepared = prepare(saved, manifest)
        record = manifest.prepared
        if record is None or record.scheme != SCHEME:
            estimator = unpickle(content, manifest.scikit_learn)
            compare(prepared, estimator, manifest)
        elif not is_proven(prepared, manifest, record):
            raise NotPreparedError("its answers are not the recorded ones")
    except NotPreparedError as error:
        log.warning("model %s: the prepared form is left aside: %s", manifest.name, error)
        return estimator or unpickle(content, manifest.scikit_learn)
    return prepared


def record_of(content: bytes, manifest: Manifest) -> Record | None:
    """What the manifest of the artifact `content` is to say about its prepared form; None without one."""
    try:
        saved, _ = read_saved(content)
        prepared = prepare(saved, manifest)
        return make_record(prepared, unpickle(content, manifest.scikit_learn), manifest)
    except (UnknownError, NotPreparedError) as error:
        log.info("model %s: no prepared form: %s", manifest.name, error)
        return None
