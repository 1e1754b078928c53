"""Whether two answers are equal but for the last digits of their numbers.

The application in this process may run under another Python than the image's: from 3.12 on `sum` adds floats
with compensation, so a linear model's last digit differs. Two hosts of one image are compared without this.
"""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.conformance.asking import Reply
from tests.conformance.runner import Result, compare

WITHIN = 1e-12  # relative
JSON_LENGTH = "inference-header-content-length"  # of an answer whose tensors follow in bytes


def differences(one: Reply, other: Reply) -> list[str]:
    """A line for everything that differs by more than a last digit."""
    strict = compare([Result("", one)], [Result("", other)])[""]
    same_head = one.own[:2] == other.own[:2]
    return [] if strict and same_head and all(map(_close, _parts(one), _parts(other))) else strict


def _parts(reply: Reply) -> Iterator[Any]:
    """The JSON of an answer, and its tensors as one array."""
    body = reply.own[2]
    encoding = reply.headers.get("content-encoding")
    if encoding == "gzip":
        body = gzip.decompress(body)
    elif encoding == "deflate":
        body = zlib.decompress(body)
    length = int(reply.headers.get(JSON_LENGTH, len(body)))
    try:
        yield json.loads(body[:length])
    except ValueError:
        yield body[:length]
    tensors = body[length:]
    yield np.frombuffer(tensors, dtype="<f8") if len(tensors) % 8 == 0 else tensors


def _close(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_close(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_close, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=WITHIN)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        # Whole numbers among them are tiny as floats, and no part of a tiny number is let pass.
        return one.shape == other.shape and bool(np.isclose(one, other, rtol=WITHIN, atol=0.0).all())
    return type(one) is type(other) and bool(one == other)
