"""Asks the cases of a table through a door, judges the answers, and compares those of two doors."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .asking import Asked, Door, Reply
from .bodies import parsed
from .case import OWN_ID, Case, LeftOut
from .expect import differences, shown
from .service import CannotAskError
from .ways import DIRECT, Way, answered_by_a_hop

THROTTLED_WAITS = (1.0, 2.0, 4.0)  # seconds before the same request once more, where a gateway throttles

MOST_SILENT = 5
NO_ANSWER = "an answer expected, none came: "


@dataclass(frozen=True)
class Result:
    """What became of one row: `differences` where the answer is not as promised, `left_out` why it was not
    asked."""

    name: str
    reply: Reply | None = None
    differences: tuple[str, ...] = ()
    seconds: float = 0.0
    left_out: str = ""
    expected: int | None = field(default=None, compare=False)

    @property
    def passed(self) -> bool:
        """Whether it was asked and answered as promised."""
        return self.reply is not None and not self.differences

    @property
    def failed(self) -> bool:
        """Whether it was asked, and not answered as promised."""
        return bool(self.differences)


def run(
    door: Door,
    rows: Iterable[Case | LeftOut],
    way: Way = DIRECT,
    say: Callable[[Result], None] = lambda result: None,  # noqa: ARG005
    pause: float = 0.0,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Result]:
    """Asks every case once, in order; `say` hears each result as it comes; `pause` is the least number of
    seconds from one request to the next.

    Raises CannotAskError when MOST_SILENT requests in a row had no answer: nobody is there any more.
    """
    results: list[Result] = []
    silent = 0
    for number, row in enumerate(rows):
        result = (
            _asked(door, row, way, number, sleep)
            if isinstance(row, Case)
            else Result(row.name, left_out=row.reason)
        )
        say(result)
        results.append(result)
        if result.seconds < pause and not result.left_out:
            sleep(pause - result.seconds)
        silent = silent + 1 if result.failed and result.reply is None else 0
        if silent == MOST_SILENT:
            why = result.differences[0].removeprefix(NO_ANSWER)
            raise CannotAskError(f"it went away: {silent} requests in a row had no answer ({why})")
    return results


def compare(reference: Iterable[Result], others: Iterable[Result]) -> dict[str, list[str]]:
    """For each case that was asked of both, by name: what is not equal (nothing: an empty list)."""
    known = {result.name: result.reply for result in reference if result.reply}
    return {
        result.name: list(_between(known[result.name], result.reply))
        for result in others
        if result.reply and result.name in known
    }


def equal_count(reference: Iterable[Result], others: Iterable[Result]) -> int:
    """How many cases passed at both with equal answers."""
    first, second = list(reference), list(others)
    passed = {r.name for r in first if r.passed} & {r.name for r in second if r.passed}
    return sum(not found and name in passed for name, found in compare(first, second).items())


def _asked(door: Door, case: Case, way: Way, number: int, sleep: Callable[[float], None]) -> Result:
    for feature in case.needs:
        if reason := way.refuses.get(feature):
            return Result(case.title, left_out=reason, expected=case.status)
    request_id = case.request_id
    if request_id == OWN_ID:
        request_id = f"conformance-{number:04}"
    asked = case.asked.with_header("X-Request-Id", request_id) if request_id else case.asked
    began = time.monotonic()
    try:
        for first in case.before:
            door(first)
        twin = case.twin and _unthrottled(door, case.twin, way, sleep)
        began = time.monotonic()
        reply = _unthrottled(door, asked, way, sleep)
    except (OSError, http.client.HTTPException) as error:
        fault = f"{NO_ANSWER}{type(error).__name__} {error}".rstrip()
        return Result(case.title, None, (fault,), time.monotonic() - began, expected=case.status)
    seconds = time.monotonic() - began
    if case.needs and way is not DIRECT and answered_by_a_hop(reply):
        needs = ", ".join(sorted(feature.value for feature in case.needs))
        reason = f"{way.name} answered {reply.status} by itself to {needs}"
        return Result(case.title, left_out=reason, seconds=seconds, expected=case.status)
    found = list(case.differences(reply, request_id))
    if twin:
        found += [f"unlike its twin: {line}" for line in _between(twin, reply)]
    return Result(case.title, reply, tuple(found), seconds, expected=case.status)


def _unthrottled(door: Door, asked: Asked, way: Way, sleep: Callable[[float], None]) -> Reply:
    reply = door(asked)
    for wait in THROTTLED_WAITS if way is not DIRECT else ():
        if reply.status != 429 or not answered_by_a_hop(reply):
            break
        sleep(wait)
        reply = door(asked)
    return reply


def _between(one: Reply, other: Reply) -> Iterator[str]:
    (status, headers, body), (other_status, other_headers, other_body) = one.own, other.own
    if status != other_status:
        yield f"status: {status} expected, {other_status} came"
    for name in sorted(headers.keys() | other_headers.keys()):
        if headers.get(name) != other_headers.get(name):
            yield f"header {name}: {_or_none(headers, name)} expected, {_or_none(other_headers, name)} came"
    if body != other_body:
        yield from _between_bodies(body, other_body)


def _or_none(headers: Mapping[str, str], name: str) -> str:
    return shown(headers[name]) if name in headers else "none"


def _between_bodies(one: bytes, other: bytes) -> Iterator[str]:
    try:
        found = list(differences(parsed(one), parsed(other), "body"))
    except ValueError:
        found = []
    at = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    yield from found or [
        f"body, byte {at}: {shown(one[at : at + 40])} expected, {shown(other[at : at + 40])} came"
    ]
