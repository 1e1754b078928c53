"""A note of one answer: all that logs and metrics know of it. It holds neither body, token nor address."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ..serving.messages import Answer, Predicted, Request

QUIET_ROUTES = ("/healthz", "/readyz")  # asked every few seconds: debug while they are well
LONGEST_METHOD, LONGEST_TRACE = 16, 128  # characters that a log line takes from a client


class Note(NamedTuple):
    """`at` is seconds since 1970, at the end of the request."""

    at: float
    request_id: str
    trace_id: str
    method: str
    route: str
    status: int
    code: str
    seconds: float
    predicted: Predicted | None

    @property
    def kind(self) -> Kind:
        """What many notes have in common."""
        predicted = self.predicted
        model, version = ("", "") if predicted is None else (predicted.model, predicted.version)
        return Kind(self.method, self.route, self.status, self.code, model, version)

    @property
    def own(self) -> dict[str, Any]:
        """The fields of its line that are its own."""
        fields: dict[str, Any] = {"ms": round(1e5 * self.seconds) / 100, "request_id": self.request_id}
        if self.trace_id:
            fields["trace_id"] = self.trace_id[:LONGEST_TRACE]
        return fields


class Kind(NamedTuple):
    """What many notes have in common."""

    method: str
    route: str
    status: int
    code: str
    model: str
    version: str

    @property
    def level(self) -> int:
        """The level of the line."""
        if self.status < 400 and self.route in QUIET_ROUTES:
            return logging.DEBUG
        return logging.ERROR if self.status == 500 else logging.INFO

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the line."""
        fields = self._asdict() | {"method": self.method[:LONGEST_METHOD]}
        return {key: value for key, value in fields.items() if value != ""}


def note_of(request: Request, answer: Answer, seconds: float) -> Note:
    """The note of `answer`, which took `seconds`."""
    return _new(  # a third of what Note(…) takes
        Note,
        (
            time.time(),
            request.request_id,
            request.headers.get("x-amzn-trace-id", ""),
            request.method,
            answer.route,
            answer.status,
            answer.code,
            seconds,
            answer.prediction,
        ),
    )


_new = tuple.__new__
