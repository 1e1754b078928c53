"""Fitted estimators as artifacts, with a manifest that describes them."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from typing import Any

import joblib
import sklearn
from numpy.typing import NDArray

from inference_app.models.manifest import Manifest, read_manifest
from inference_app.models.prepared import record_of


def artifact_of(estimator: Any) -> bytes:
    """The uncompressed joblib file."""
    buffer = io.BytesIO()
    joblib.dump(estimator, buffer)
    return buffer.getvalue()


def manifest_of(estimator: Any, content: bytes, rows: NDArray[Any], proven: bool = True) -> Manifest:
    """The manifest of `content`, its inputs unbounded, with the record of the prepared form when there is
    one and it is wanted."""
    names = getattr(estimator, "classes_", None)
    output = {"kind": "number"} if names is None else {"kind": "class", "classes": names.tolist()}
    answers = estimator.predict(rows[:2]).tolist()
    document = {
        "name": "fitted",
        "version": "1.0.0",
        "title": "",
        "description": "",
        "artifact": "model.joblib",
        "sha256": hashlib.sha256(content).hexdigest(),
        "scikit_learn": sklearn.__version__,
        "inputs": [{"name": f"x{place}", "kind": "number"} for place in range(rows.shape[1])],
        "output": {"name": "y", **output},
        "examples": [
            {"instance": row, "prediction": answer}
            for row, answer in zip(rows[:2].tolist(), answers, strict=True)
        ],
        "training": {},
    }
    manifest = read_manifest(json.dumps(document).encode())
    return replace(manifest, prepared=record_of(content, manifest)) if proven else manifest
