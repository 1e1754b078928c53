"""The style of the seeds: Flask under gunicorn with one synchronous worker."""

from typing import Any

from common import RefusedError, answer, check, load
from flask import Flask, jsonify, request

app = Flask(__name__)
estimator = load()


@app.post("/predict")
def predict() -> Any:
    """One row under "data"; rows under "instances"."""
    try:
        check(request.headers.get("Authorization"))
    except RefusedError:
        return jsonify(error="unauthorized"), 401
    body = request.get_json()
    return jsonify(answer(estimator, body.get("instances") or [body["data"]]))
