"""The body of a request from granian: within the limits, or refused while the client may still be sending.

granian bounds neither size nor time. A small body that was announced is awaited whole; any other is counted
as it comes. Who is late is found by one look at all of them every half second: no timer for each request.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from ..errors import ApiError
from ..serving.limits import MAX_BODY_BYTES
from ..serving.messages import Answer
from .in_place import SHORT_BODY
from .limits import LINGER_SECONDS, is_late, refusal


class Stream(Protocol):
    """What an answer is sent through, piece by piece."""

    async def send_bytes(self, data: bytes) -> None:
        """Sends a piece."""


class Http(Protocol):
    """One request and its answer, as granian hands them over (its RSGI specification, 1.6)."""

    async def __call__(self) -> bytes:
        """The whole body."""
        ...

    def __aiter__(self) -> Http:
        """The body piece by piece."""
        ...

    async def __anext__(self) -> bytes:
        """The next piece."""
        ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answers."""

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Stream:
        """Begins an answer, which ends when the application returns."""
        ...


class Receiving:
    """A body on its way: since when, how much of it came, and whether its time is up."""

    __slots__ = ("began", "late", "received")

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.received, self.late = 0, False


class Bodies:
    """Every body that is being received by one worker, and what ends the waiting for it. Any thread may add
    and discard."""

    def __init__(self) -> None:
        self._receiving: dict[Receiving, Callable[[], object]] = {}

    def add(self, receiving: Receiving, cancel: Callable[[], object]) -> None:
        """From now on `receiving` must come in time, or `cancel` is called in the loop."""
        self._receiving[receiving] = cancel

    def discard(self, receiving: Receiving) -> None:
        """It came, or nobody waits for it."""
        self._receiving.pop(receiving, None)

    async def read(self, http: Http, headers: Mapping[str, str]) -> bytes:
        """The body. Raises ApiError: 413 over the limit, 408 when it has had its time."""
        length = announced(headers)
        if length == 0:
            return b""
        if length is not None and length > MAX_BODY_BYTES:
            raise refusal(413)
        task = asyncio.current_task()
        assert task is not None  # granian runs every request as one
        receiving = Receiving()
        self.add(receiving, task.cancel)
        try:
            if length is not None and length <= SHORT_BODY:
                return await http()
            return await _counted(http, receiving)
        except asyncio.CancelledError:
            if not receiving.late:
                raise
            task.uncancel()
            raise refusal(408) from None
        finally:
            self.discard(receiving)

    def refuse_late_ones(self) -> None:
        """Ends whatever has had its time; the loop calls it."""
        now = time.monotonic()
        for receiving, cancel in list(self._receiving.items()):
            if not receiving.late and is_late(now - receiving.began, receiving.received):
                receiving.late = True
                cancel()


async def refuse(http: Http, reply: Answer, headers: list[tuple[str, str]]) -> None:
    """Sends `reply` at once, and reads what the client still sends into nothing for a while: in the middle of
    its body it would otherwise get a reset and never see why it was refused."""
    stream = http.response_stream(reply.status, [*headers, ("Content-Length", str(len(reply.body)))])
    await stream.send_bytes(reply.body)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            async for _ in http:
                pass


def is_refusal_of_the_body(error: ApiError) -> bool:
    """Whether the client may still be sending."""
    return error.status == 413


def announced(headers: Mapping[str, str]) -> int | None:
    """The length of the body, None where only its end will tell. (granian checks Content-Length, and takes it
    out where there is a Transfer-Encoding.)"""
    if "transfer-encoding" in headers:
        return None
    return int(headers.get("content-length", "0"))


async def _counted(http: Http, receiving: Receiving) -> bytes:
    pieces = []
    async for piece in http:
        receiving.received += len(piece)
        if receiving.received > MAX_BODY_BYTES:
            raise refusal(413)
        pieces.append(piece)
    return b"".join(pieces)
