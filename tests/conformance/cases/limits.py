"""The contract's limits, each at its last value and one beyond: 1 MiB of JSON, 10,000 rows, 64 levels."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..case import Case, LeftOut, bearer, post, refused
from ..rows import answered, of_shape
from ..service import Service
from ..ways import Feature

MOST_JSON = 1024 * 1024
MOST_BODY = 4 * 1024 * 1024 + 16 * 1024
MOST_ROWS = 10_000
DEEPEST = 64
LARGE = frozenset({Feature.LARGE_BODY})
LARGEST = frozenset({Feature.LARGEST_BODY})


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """On models of numbers."""
    auth = bearer(service)
    model = next((m for m in service.models.values() if m.is_table), None)
    if model is None:
        yield LeftOut("the limits of rows", "no model takes rows of numbers")
        return
    one = json.dumps({"instances": [model.examples[0]["instance"]]}).encode()
    full = one.ljust(MOST_JSON)
    label = {"x-model": model.label}
    last = answered(model, model.examples[:1])
    yield Case("a body of exactly 1 MiB", post(model.path, full, auth), 200, last, label, LARGE)
    over = post(model.path, full + b" ", auth)
    yield refused("a body of 1 MiB and a byte", over, 413, "body_too_large", str(MOST_JSON), needs=LARGE)
    at_login = post("/login", b" " * (MOST_JSON + 1))
    yield refused("a body of 1 MiB and a byte", at_login, 413, "body_too_large", str(MOST_JSON), needs=LARGE)
    largest = post("/predict", b" " * (MOST_BODY + 1), auth)
    yield refused("a body over every limit", largest, 413, "body_too_large", str(MOST_BODY), needs=LARGEST)
    many = post(model.path, {"instances": [[]] * (MOST_ROWS + 1)}, auth)
    yield refused("10,001 rows", many, 413, "too_many_rows", str(MOST_ROWS), str(MOST_ROWS + 1))
    narrow = min((m for m in service.models.values() if m.is_table), key=lambda m: len(m.inputs))
    rows = [[int(v) if v == int(v) else v for v in narrow.examples[0]["instance"]]] * MOST_ROWS
    document = json.dumps({"instances": rows}, separators=(",", ":")).encode()
    if len(document) <= MOST_JSON:
        asked = post(narrow.path, document, auth)
        yield Case("10,000 rows", asked, 200, of_shape(narrow, MOST_ROWS), {"x-model": narrow.label})
    else:
        yield LeftOut("10,000 rows", "no model has rows so short that 10,000 fit into 1 MiB")
    deep = b"[" * DEEPEST + b"]" * DEEPEST
    yield refused(f"{DEEPEST} levels", post(model.path, deep, auth), 400, "invalid_input", "object")
    deeper = b"[" + deep + b"]"
    yield refused(f"{DEEPEST + 1} levels", post(model.path, deeper, auth), 400, "invalid_json", str(DEEPEST))
