"""What is asked: one row of 37 numbers, a thousand rows, an image; in the words of each server."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import jwt
import numpy as np
from numpy.typing import NDArray

from .server import Ask

USER = "bench"


def token(key: str) -> dict[str, str]:
    """The header with a token that all servers accept for an hour."""
    now = int(time.time())
    claims = {
        "sub": USER,
        "iss": "spot-inference",
        "aud": "spot-inference",
        "iat": now,
        "exp": now + 3600,
    }
    return {"Authorization": f"Bearer {jwt.encode(claims, key, algorithm='HS256', headers={'kid': 'k1'})}"}


def one_row(server: str, row: list[float]) -> Ask:
    """One row of numbers."""
    if server.startswith(("spot-inference", "seed style", "FastAPI", "LitServe")):
        return Ask("/predict", _json({"data": row}))
    if server == "BentoML":
        return Ask(
            "/predict", _json({"data": [row]}), read=lambda a: (a[0]["prediction"], a[0]["probability"])
        )
    if server == "MLflow":
        return Ask(
            "/invocations",
            _json({"inputs": [row]}),
            read=lambda a: (a["predictions"]["prediction"], a["predictions"]["probability"]),
        )
    if server == "MLServer":
        return infer("/v2/models/model/infer", "predict", row, ["predict", "predict_proba"])
    raise KeyError(server)


def infer(path: str, name: str, row: list[float], outputs: list[str]) -> Ask:
    """The Open Inference Protocol's request, in JSON; the answer names class and probability so."""
    tensor = {"name": name, "shape": [1, len(row)], "datatype": "FP64", "data": [row]}
    body = {"inputs": [tensor], "outputs": [{"name": output} for output in outputs]}

    def read(answer: Any) -> tuple[list[Any], list[list[float]]]:
        found = {output["name"]: output["data"] for output in answer["outputs"]}
        value, probability = found[outputs[0]], found[outputs[1]]
        flat = np.asarray(probability, dtype=np.float64).reshape(1, -1).tolist()
        return np.asarray(value).ravel().tolist(), flat

    return Ask(path, _json(body), read=read)


def many_rows(server: str, rows: list[list[float]]) -> Ask:
    """Many rows in one request."""
    path = "/predict" if server.startswith(("spot-inference", "seed")) else "/rows"
    return Ask(path, _json({"instances": rows}))


def image(server: str, model: str, content: bytes) -> Ask:
    """A PNG as the body."""
    path = f"/models/{model}/predict" if server.startswith("spot-inference") else "/image"
    return Ask(path, content, "image/png")


def picture() -> bytes:
    """A handwritten-looking seven, 200 pixels wide, as PNG."""
    from PIL import Image, ImageDraw

    canvas = Image.new("L", (200, 200), 0)
    pen = ImageDraw.Draw(canvas)
    pen.line([(50, 40), (150, 40), (90, 170)], fill=255, width=24, joint="curve")
    stream = io.BytesIO()
    canvas.save(stream, "PNG")
    return stream.getvalue()


def expected(model: Path, rows: NDArray[np.float64]) -> tuple[list[Any], list[list[float]]]:
    """scikit-learn's own answer."""
    import joblib

    estimator = joblib.load(model / "model.joblib")
    return estimator.predict(rows).tolist(), estimator.predict_proba(rows).tolist()


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
