"""An artifact becomes an estimator: the digest first, then the bytes, never the other way round.

Unpickling runs code, so not a byte is unpickled before its SHA-256 is the expected one, and what was compared
is what is loaded. A plain pickle is read like a joblib file.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import Any

from ..errors import RefusedError


def check_digest(what: str, content: bytes, expected: str) -> None:
    """Raises RefusedError, naming both digests, when `content` is not what `expected` stands for."""
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise RefusedError(f"{what}: sha256 {expected} expected, {found} found")


def unpickle(content: bytes, scikit_learn: str) -> Any:
    """The estimator in `content`, which must be checked already.

    scikit-learn does not promise that an estimator of another version predicts the same, and says so with a
    warning: that is an error here, unless `scikit_learn` (from the manifest) names the version that it was
    saved with. Raises RefusedError.
    """
    import joblib  # a third of a second, and scikit-learn behind it: not before a model is there to be loaded
    from sklearn.exceptions import InconsistentVersionWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            estimator = joblib.load(io.BytesIO(content))
        except (
            Exception
        ) as error:  # a broken file raises ValueError, EOFError, IndexError, KeyError, ImportError …
            raise RefusedError(f"the artifact cannot be read: {type(error).__name__}: {error}") from error
    for warning in caught:
        message = warning.message
        if isinstance(message, InconsistentVersionWarning):
            saved = message.original_sklearn_version
            if saved != scikit_learn:
                raise RefusedError(
                    f"the artifact was saved by scikit-learn {saved}, {message.current_sklearn_version} is "
                    f"installed and the manifest names {scikit_learn}"
                )
    return estimator
