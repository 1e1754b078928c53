"""Nothing that a client sends to an inference is a 5xx: thousands of seeded mutations of good requests."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from typing import Any

from inference_app.hosts.assembly import Application
from inference_app.serving.answer import answer
from inference_app.serving.messages import Request
from tests.app.support.tensors import HEADER, in_bytes, tensor

LEAVES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.5, 1e300, 2**31, 2**53 + 1, 2**63, 2**64, 10**30, 10**400, -(10**18)),
    *("", "a", "\ud800", "FP64", "FP16", "INT64", "UINT8", "BOOL", "BYTES", "BF16", "instances", "celsius"),
    *(
        [],
        {},
        [1],
        [1, 4],
        [2, 2],
        [0, 4],
        [20_000, 4],
        [4],
        [[1]],
        [[[]]],
        [None],
        ["1"],
        {"binary_data_size": 8},
    ),
    *({"binary_data": True}, {"binary_data_size": -8}, {"name": "warm"}, [{"name": "probability"}]),
)
GOOD = tensor("instances", "FP64", [[0.0, 1.0, 0.0, 25.0], [1.0, 0.0, 0.0, 3.0]])
COLUMNS = [tensor(name, "INT32", [0, 1]) for name in ("day_mon", "day_tue", "day_wed", "celsius")]
OUTPUTS = [{"name": "warm", "parameters": {"binary_data": True}}, {"name": "probability"}]


def mutated(dice: random.Random, value: Any) -> Any:
    """`value` with one of its nodes replaced, removed or repeated."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        key = dice.choice(list(value))
        if dice.random() < 0.1:
            return {other: inner for other, inner in value.items() if other != key}
        if dice.random() < 0.1:
            return {**value, str(dice.choice(("name", "data", "shape", "parameters", "x"))): value[key]}
        return {**value, key: mutated(dice, value[key])}
    if isinstance(value, list) and value and dice.random() < 0.85:
        at = dice.randrange(len(value))
        middle = dice.choice(([], [value[at]] * 2, [mutated(dice, value[at])], [mutated(dice, value[at])]))
        return [*value[:at], *middle, *value[at + 1 :]]
    return dice.choice(LEAVES)


def request(dice: random.Random) -> tuple[dict[str, str], bytes]:
    """The headers and the body of a request that is almost right."""
    more: dict[str, Any] = {"id": "7", "parameters": {"binary_data_output": dice.random() < 0.5}}
    if dice.random() < 0.5:
        more["outputs"] = OUTPUTS
    tensors = dice.choice(([GOOD], COLUMNS))
    headers: dict[str, str] = {"Content-Type": "application/json"}
    if dice.random() < 0.5:
        body = json.dumps({"inputs": tensors, **more}).encode()
        if dice.random() < 0.8:
            body = json.dumps(mutated(dice, {"inputs": tensors, **more})).encode()
    else:
        headers, body = in_bytes(*tensors, **more)
        length = int(headers[HEADER])
        document, rest = json.loads(body[:length]), body[length:]
        if dice.random() < 0.6:
            changed = json.dumps(mutated(dice, document)).encode()
            headers[HEADER], body = str(len(changed)), changed + rest
    return headers, body


def noisy(dice: random.Random, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    """The request with something gone wrong below its JSON: bytes, lengths, encodings."""
    kind = dice.random()
    if kind < 0.25 and body:
        at = dice.randrange(len(body))
        body = body[:at] + bytes([dice.randrange(256)]) + body[at + 1 :]
    elif kind < 0.35:
        body = body[: dice.randrange(len(body) + 1)]
    elif kind < 0.45:
        value = dice.choice(("0", "1", "-1", "", "a", str(len(body)), str(len(body) + 1), "9" * 40, "²"))
        headers = {**headers, HEADER: value}
    elif kind < 0.6:
        encoding, content = dice.choice((("gzip", gzip.compress(body)), ("deflate", zlib.compress(body))))
        if dice.random() < 0.5:
            at = dice.randrange(len(content))
            content = content[:at] + bytes([dice.randrange(256)]) + content[at + dice.randrange(2) :]
        headers, body = {**headers, "Content-Encoding": encoding}, content
    elif kind < 0.65:
        value = dice.choice(("gzip", "deflate;q=0.1", "*", "gzip;q=x", ",;,", "br, gzip;q=0"))
        headers = {**headers, "Accept-Encoding": value}
    return headers, body


def test_no_inference_makes_the_service_fail(application: Application, token: str) -> None:
    dice = random.Random(20260229)
    served = 0
    refusals = set()
    for number in range(6000):
        headers, body = noisy(dice, *request(dice))
        every = {key.lower(): value for key, value in headers.items()} | {"authorization": f"Bearer {token}"}
        model = dice.choice(("days", "days", "days", "line"))
        asked = Request("POST", f"/v2/models/{model}/infer", "", every, body, "", f"fuzz-{number:04}")
        reply = answer(asked, application.services)
        assert reply.status < 500, asked
        if reply.status == 200:
            served += 1
        else:
            document = json.loads(reply.body)
            assert set(document) == {"error", "code", "request_id"}
            refusals.add(document["error"])
    assert served > 600  # the mutations are small enough for some to be harmless
    assert len(refusals) > 300  # and reach more than the first check
