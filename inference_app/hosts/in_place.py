"""Which requests are answered without Flask, and which of them by an event loop itself, between two looks at
its sockets: those that are sure to be short.

A prediction of a linear model takes tens of microseconds, less than handing it to a thread and back. Health
is answered so, too: while every thread waits for a slow estimator, the balancer still learns that we live.
Whatever may take longer goes to a thread: a slow estimator, a large or packed body, signing keys that must be
read again, a login's hashing.

Gain: 141 µs of processor time a request in place of 307 (`python -m bench.switches`); IN_PLACE=0 sends
everything to threads.
"""

from __future__ import annotations

import re

from ..serving.services import Services

SHORT_BODY = 16 * 1024  # bytes: a few thousand numbers, read in a fraction of a millisecond
_NAME = "[0-9A-Za-z._-]+"
PREDICT_PATH = re.compile(
    f"/predict|/predict_api|(?:/v2)?/models/({_NAME})/(?:predict|(?:versions/{_NAME}/)?infer)"
)
HEALTH_PATHS = ("/healthz", "/readyz")


def is_before_flask(method: str, path: str) -> bool:
    """Whether a request needs nothing of Flask: a prediction or a question about health, plainly spelt."""
    return PREDICT_PATH.fullmatch(path) is not None if method == "POST" else is_health(method, path)


def is_health(method: str, path: str) -> bool:
    """Whether a request asks how we are."""
    return method == "GET" and path in HEALTH_PATHS


def is_short(services: Services, method: str, path: str, length: int, encoding: str | None) -> bool:
    """Whether a request can be answered in place; `length` is its body's, in bytes, `encoding` its header
    Content-Encoding."""
    if method != "POST" or not 0 < length <= SHORT_BODY or encoding is not None:
        return False
    found = PREDICT_PATH.fullmatch(path)
    if found is None:
        return False
    name = found.group(1) or services.default_model()
    model = services.models.current(name) if name is not None else None
    return model is not None and model.short
