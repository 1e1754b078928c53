"""What every peer shares: the model as it was saved, and the check of the bearer token."""

import os
from typing import Any

import joblib
import jwt
import numpy as np

ISSUER = AUDIENCE = "spot-inference"


class RefusedError(Exception):
    """No token, or one that is not good."""


def load() -> Any:
    """The estimator of the folder that `BENCH_MODEL` names."""
    return joblib.load(os.path.join(os.environ["BENCH_MODEL"], "model.joblib"))  # noqa: PTH118


def check(authorization: str | None) -> None:
    """Verifies the token as the contract says: signature, life, issuer, audience, each of them required."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        raise RefusedError
    try:
        jwt.decode(
            token,
            os.environ["BENCH_KEY"],
            algorithms=["HS256"],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
    except jwt.PyJWTError as error:
        raise RefusedError from error


def answer(estimator: Any, rows: Any) -> dict[str, Any]:
    """Class and probabilities of the rows, as plain lists."""
    array = np.asarray(rows, dtype=np.float64)
    return {
        "prediction": estimator.predict(array).tolist(),
        "probability": estimator.predict_proba(array).tolist(),
    }
