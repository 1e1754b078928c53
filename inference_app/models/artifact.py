"""An artifact becomes an estimator: the digest first, then the bytes, never the other way round.

Unpickling runs code, so not a byte is unpickled before its SHA-256 is the expected one, and what was
compared is what is loaded. A plain pickle is read like a joblib file. `safe_unpickler` reads what it knows
without running anything; `unpickle` is scikit-learn's own way for the rest, and takes no other package's
names either.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterable
from typing import Any

from ..errors import RefusedError


def check_digest(what: str, content: bytes, expected: str) -> None:
    """Raises RefusedError, naming both digests, when `content` is not what `expected` stands for."""
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise RefusedError(f"{what}: sha256 {expected} expected, {found} found")


def check_versions(saved: Iterable[str], scikit_learn: str) -> None:
    """Raises RefusedError when an estimator was saved by another scikit-learn than the one that is installed.

    scikit-learn does not promise that an estimator of another version predicts the same, and says so with a
    warning: that is an error here, unless `scikit_learn` (from the manifest) names the version that it was
    saved with. Imports nothing of scikit-learn.
    """
    for version in sorted(saved):
        if version == scikit_learn:
            continue
        from importlib import metadata  # seldom needed, and slow to import

        if version != (installed := metadata.version("scikit-learn")):
            raise RefusedError(
                f"the artifact was saved by scikit-learn {version}, {installed} is "
                f"installed and the manifest names {scikit_learn}"
            )


def unpickle(content: bytes, scikit_learn: str) -> Any:
    """The estimator in `content`, which must be checked already, as scikit-learn itself reads it.

    Raises RefusedError: see `check_versions`, a broken file, a name that is not scikit-learn's or numpy's.
    """
    from sklearn.exceptions import (
        InconsistentVersionWarning,  # a second: not before a model needs it
    )

    from .guarded import load

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            estimator = load(io.BytesIO(content))
        except RefusedError:
            raise
        except (
            Exception
        ) as error:  # a broken file raises ValueError, EOFError, IndexError, KeyError, ImportError …
            raise RefusedError(f"the artifact cannot be read: {type(error).__name__}: {error}") from error
    messages = [warning.message for warning in caught]
    check_versions(
        {item.original_sklearn_version for item in messages if isinstance(item, InconsistentVersionWarning)},
        scikit_learn,
    )
    return estimator
