"""Nothing that a client sends is a 5xx: some thousands of seeded bodies, queries and headers."""

from __future__ import annotations

import json
import random
import string

from inference_app.hosts.assembly import Application
from inference_app.serving.answer import ROUTES, answer
from inference_app.serving.messages import Request
from tests.app.support.doors import Asked, Door

LEAVES = (
    *("0", "1.5", "-1", "1e400", "-1e308", "9" * 400, "9" * 5000, "1_0", "NaN", "Infinity", "-Infinity"),
    *("true", "null", '"a"', '"\\ud800"', '""', "[]", "{}", "01", "+1", "0x1", '"NaN"', "1e-400"),
    *("[" * 2000, '{"a":' * 300, "\x00", "\ufeff"),
)
KEYS = (
    "instances",
    "data",
    "x",
    "day",
    "celsius",
    "day_mon",
    "day_tue",
    "day_wed",
    "username",
    "password",
    "é",
    "",
)
INPUTS = ("day_mon", "day_tue", "day_wed", "celsius")
PATHS = ("/predict", "/predict_api", "/models/line/predict", "/models/days/predict", "/login")


def value(dice: random.Random, depth: int = 0) -> str:
    kind = dice.random()
    if depth > 3 or kind < 0.45:
        return dice.choice(LEAVES)
    if kind < 0.7:
        return f"[{','.join(value(dice, depth + 1) for _ in range(dice.choice((0, 1, 1, 2, 4, 37))))}]"
    keys = [dice.choice(KEYS) for _ in range(dice.choice((0, 1, 1, 2, 4)))]
    return f"{{{','.join(f'{json.dumps(key)}:{value(dice, depth + 1)}' for key in keys)}}}"


def almost_right(dice: random.Random) -> str:
    numbers = ["0", "1", "0", "25"]
    if dice.random() < 0.7:
        numbers[dice.randrange(4)] = dice.choice(LEAVES)
    record = ",".join(f'"{key}":{number}' for key, number in zip(INPUTS, numbers, strict=True))
    row = f"[{','.join(numbers)}]"
    return dice.choice(
        (f'{{"x":{row}}}', f'{{"instances":[{row},{row}]}}', f"{{{record}}}", f'{{"data":{row}}}')
    )


def body(dice: random.Random) -> bytes:
    content = (almost_right(dice) if dice.random() < 0.4 else value(dice)).encode("utf-8", "surrogatepass")
    if dice.random() < 0.2 and content:  # a byte gone wrong
        at = dice.randrange(len(content))
        content = content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :]
    return content


def test_no_body_makes_the_service_fail(application: Application, token: str) -> None:
    dice = random.Random(20240229)
    seen = set()
    for number in range(3000):
        asked = Request(
            method=dice.choice(("POST", "POST", "POST", "GET")),
            path=dice.choice(PATHS),
            query="",
            headers={
                "authorization": f"Bearer {token}",
                "content-type": dice.choice(("application/json",) * 9 + ("text/plain",)),
            },
            body=body(dice),
            client=f"198.51.100.{number % 250}",
            request_id="fuzz-0001",
        )
        reply = answer(asked, application.services)
        assert reply.status < 500, asked
        assert json.loads(reply.body) is not None
        seen.add(reply.status)
    assert {200, 400, 405, 415} <= seen  # the dice reach more than the first check


def test_no_query_or_token_makes_the_service_fail(application: Application, token: str) -> None:
    dice = random.Random(7)
    alphabet = string.printable + "äß€\x00\ud800"
    for _ in range(2000):
        noise = "".join(dice.choice(alphabet) for _ in range(dice.randrange(60)))
        authorization = dice.choice(
            (f"Bearer {token}", f"Bearer {noise}", noise, f"Bearer {token[:40]}{noise}")
        )
        asked = Request(
            method=dice.choice(("GET", "POST", "DELETE", noise[:5])),
            path=dice.choice((*(route.path for route in ROUTES), f"/models/{noise}", f"/{noise}")),
            query=dice.choice((f"input={noise}", noise, "&" * 200, "input=3&input=4")),
            headers={"authorization": authorization, "content-type": noise},
            body=b"",
            client="",
            request_id="fuzz-0002",
        )
        assert answer(asked, application.services).status < 500, asked


def test_no_header_makes_the_web_adapter_fail(ask: Door, bearer: dict[str, str]) -> None:
    dice = random.Random(11)
    names = ("Host", "X-Forwarded-For", "X-Request-Id", "Content-Type", "Accept", "X-Amzn-Trace-Id", "Cookie")
    for _ in range(300):
        noise = "".join(dice.choice(string.printable[:94] + "äÿ") for _ in range(dice.randrange(80)))
        reply = ask(Asked("GET", "/predict", "input=3", {**bearer, dice.choice(names): noise}))
        assert reply.status == 200, noise
