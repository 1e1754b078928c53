"""Turn a fitted scikit-learn estimator into the two files that are served, with the same bytes every time.

BLAS kernels and thread counts differ in the last bits of a fit. Rounding what was fitted, before anything is
measured or written, removes that; a fixed pickle protocol removes what Python versions choose differently.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import joblib
import numpy as np
import sklearn
from numpy.typing import NDArray

from inference_app.models.manifest import read_manifest
from inference_app.models.prepared import record_of

ARTIFACT = "model.joblib"
MANIFEST = "manifest.json"
# Python 3.14 made 5 its default; 4 is what every supported version reads and writes alike.
PICKLE_PROTOCOL = 4
# The application's self-test compares to 1e-6: nine decimals keep its room and drop the noise of the kernels.
PROBABILITY_DECIMALS = 9


@dataclass(frozen=True)
class Release:
    """What one training run gives: the content of `model.joblib` and of `manifest.json`."""

    artifact: bytes
    manifest: Mapping[str, Any]

    def files(self) -> dict[str, bytes]:
        """Give the two files by name; the manifest as strict JSON, UTF-8, two spaces, newline at the end."""
        text = json.dumps(self.manifest, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        return {ARTIFACT: self.artifact, MANIFEST: text.encode()}


def rounded(values: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    """Round to the nearest float of that decimal, as `round` does (numpy's scaling may be off by one bit)."""
    # Adding zero turns -0.0, whose sign is noise, into 0.0.
    flat = [round(float(value), decimals) + 0.0 for value in values.ravel()]
    return np.array(flat, dtype=np.float64).reshape(values.shape)


def round_fitted(estimator: Any, decimals: int) -> None:
    """Round every fitted float of the estimator in place: the attributes that end in an underscore."""
    for name, value in vars(estimator).items():
        if not name.endswith("_"):
            continue
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            setattr(estimator, name, rounded(value, decimals))
        elif isinstance(value, float):  # np.float64 is one, too
            setattr(estimator, name, np.float64(round(float(value), decimals) + 0.0))


def dump(estimator: Any) -> bytes:
    """Give the uncompressed joblib file of the estimator."""
    buffer = io.BytesIO()
    joblib.dump(estimator, buffer, compress=0, protocol=PICKLE_PROTOCOL)
    return buffer.getvalue()


def examples(estimator: Any, instances: Sequence[Sequence[Any]], decimals: int) -> list[dict[str, Any]]:
    """Let the estimator answer each row; a classifier with its probabilities, in the order of its classes.

    An image or an array is nested lists in the manifest and a flat row for the estimator.
    """
    answered: list[dict[str, Any]] = []
    for instance in instances:
        row = np.array([instance], dtype=np.float64).reshape(1, -1)
        prediction = estimator.predict(row)[0]
        if hasattr(estimator, "classes_"):
            probability = rounded(estimator.predict_proba(row)[0], PROBABILITY_DECIMALS).tolist()
            answered.append(
                {"instance": list(instance), "prediction": prediction.item(), "probability": probability}
            )
        else:
            answered.append({"instance": list(instance), "prediction": round(float(prediction), decimals)})
    return answered


def release(
    estimator: Any,
    *,
    description: Mapping[str, Any],
    instances: Sequence[Sequence[Any]],
    decimals: int,
    training: Mapping[str, Any],
) -> Release:
    """Make the release of an estimator whose fitted values are rounded already.

    `description` holds the manifest's name, version, title, description, inputs, output and, if any, choices;
    `instances` are the rows of its examples; `decimals` is how exactly a predicted number is recorded.
    """
    artifact = dump(estimator)
    # The answers are taken from the bytes that will be served, not from the object that made them.
    served = joblib.load(io.BytesIO(artifact))
    manifest = {
        **{key: description[key] for key in ("name", "version", "title", "description")},
        "artifact": ARTIFACT,
        "sha256": hashlib.sha256(artifact).hexdigest(),
        "scikit_learn": sklearn.__version__,
        **{key: description[key] for key in ("inputs", "choices", "output") if key in description},
        "examples": examples(served, instances, decimals),
        "training": {"script": "train.py", **training},
    }
    record = prepared_record(Release(artifact, manifest))
    return Release(artifact, {**manifest, **({"prepared": record} if record else {})})


def prepared_record(release: Release) -> dict[str, Any] | None:
    """Let scikit-learn answer the rows that prove the application's prepared form of the artifact.

    None when it has no prepared form, or one that differs; the application then asks scikit-learn itself.
    """
    record = record_of(release.artifact, read_manifest(release.files()[MANIFEST]))
    return {**asdict(record), "steps": list(record.steps)} if record else None
