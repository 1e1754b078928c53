"""Answers of two Pythons: a last digit may differ, nothing else."""

from __future__ import annotations

import gzip
import json
import math
import struct

import pytest

from tests.conformance.asking import Reply
from tests.image.alike import differences

NEXT = math.nextafter(0.3, 1.0)


def answer(value: object, status: int = 200, model: str = "m") -> Reply:
    return Reply(status, {"content-type": "application/json", "x-model": model}, json.dumps(value).encode())


def tensors(*values: float | int) -> Reply:
    head = b'{"outputs":[]}'
    data = b"".join(struct.pack("<d" if isinstance(value, float) else "<q", value) for value in values)
    return Reply(200, {"inference-header-content-length": str(len(head))}, head + data)


def test_a_last_digit_is_let_pass_in_json_packed_or_not_and_in_tensors() -> None:
    assert differences(answer({"p": [[0.3, 1]]}), answer({"p": [[NEXT, 1]]})) == []
    assert differences(tensors(1, 0.3), tensors(1, NEXT)) == []
    packed = [
        Reply(200, {"content-encoding": "gzip"}, gzip.compress(json.dumps([value]).encode()))
        for value in (0.3, NEXT)
    ]
    assert differences(*packed) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (answer({"p": [0.3]}), answer({"p": [0.3 + 1e-9]})),
        (answer({"p": [1]}), answer({"p": [2]})),
        (answer({"p": [1]}), answer({"p": [1.0]})),
        (answer({"p": [0.3]}), answer({"p": [NEXT, NEXT]})),
        (answer({"p": 0.3}), answer({"q": NEXT})),
        (answer({"p": 0.3}), answer({"p": NEXT}, 400)),
        (answer({"p": 0.3}), answer({"p": NEXT}, model="other")),
        (tensors(1, 0.3), tensors(2, NEXT)),
        (tensors(0.3), tensors(0.3 + 1e-9)),
        (answer("0.3"), answer("0.30000000000000004")),
    ],
)
def test_everything_else_is_told(one: Reply, other: Reply) -> None:
    assert differences(one, other)
