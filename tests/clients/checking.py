"""What a client's checks stand on: where the service is, the models' own examples, a line for each check.

Needs the standard library only: it runs in the client's environment, not in this project's.
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ARTIFACTS = Path(__file__).parents[2] / "model_artifacts"
URL = os.environ.get("CLIENTS_URL", "")  # http://host:port
AUTHORIZED = {"Authorization": f"Bearer {os.environ.get('CLIENTS_TOKEN', '')}"}
ABSOLUTE = 1e-9  # what the golden values promise

Check = Callable[[], None]
_CHECKS: list[tuple[str, Check]] = []


def check(name: str) -> Callable[[Check], Check]:
    """Registers a check under the promise that it tests."""

    def register(function: Check) -> Check:
        _CHECKS.append((name, function))
        return function

    return register


def run() -> None:
    """Runs every check and writes a JSON line for each: name, and why it failed or null."""
    for name, function in _CHECKS:
        why = None
        try:
            function()
        except Exception as error:  # whatever a client raises is the finding
            place = traceback.extract_tb(error.__traceback__)[-1]
            why = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
        print(json.dumps({"name": name, "why": why}), flush=True)


def manifest(name: str) -> dict[str, Any]:
    """The manifest of a committed model."""
    document: dict[str, Any] = json.loads((ARTIFACTS / name / "manifest.json").read_text(encoding="utf-8"))
    return document


def examples(name: str) -> tuple[list[Any], list[Any], list[list[float]]]:
    """The rows, the predictions and the probabilities in a model's manifest."""
    found = manifest(name)["examples"]
    return (
        [one["instance"] for one in found],
        [one["prediction"] for one in found],
        [one.get("probability", []) for one in found],
    )


def same(found: Any, expected: Any) -> None:
    """Fails unless `found` equals `expected`."""
    if found != expected:
        raise AssertionError(f"{expected!r} expected, {found!r} came")


def near(found: Any, expected: Any, tolerance: float = ABSOLUTE) -> None:
    """Fails unless the numbers in two lists, or lists of lists, are as near as `tolerance`."""
    if isinstance(expected, list):
        same(len(found), len(expected))
        for one, other in zip(found, expected, strict=True):
            near(one, other, tolerance)
    elif not abs(found - expected) <= tolerance:
        raise AssertionError(f"{expected!r} expected, {found!r} came")


@contextmanager
def refused(error: type[Exception], *words: str) -> Iterator[None]:
    """Fails unless the block raises `error` with all `words` in its text."""
    try:
        yield
    except error as raised:
        missing = [word for word in words if word not in str(raised)]
        if missing:
            raise AssertionError(f"{missing[0]!r} expected in: {raised}") from None
    else:
        raise AssertionError(f"{error.__name__} expected, nothing was raised")
