"""The bodies that answers have: JSON as the contract means it, the one shape of errors, none at all."""

from __future__ import annotations

import json
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from .asking import Reply
from .expect import Says, differences, shown

JSON = "application/json"


class Body(ABC):
    """What the body of an answer must be."""

    def headers(self) -> Mapping[str, Any]:
        """The headers that go with every such body."""
        return {"content-type": JSON}

    @abstractmethod
    def differences(self, reply: Reply) -> Iterator[str]:
        """A line for everything that is not as it must be."""


@dataclass(frozen=True)
class Json(Body):
    """One JSON value (see expect.py for what `value` may hold)."""

    value: Any

    def differences(self, reply: Reply) -> Iterator[str]:
        """Lines by the path in the document."""
        try:
            came = parsed(reply.body)
        except ValueError as error:
            yield f"body: JSON expected ({error}), {shown(reply.body)} came"
            return
        yield from differences(self.value, came, "body")


@dataclass(frozen=True)
class Error(Body):
    """The shape of every error: a sentence that holds `says`, the code, the request's id as in the header."""

    code: str
    says: tuple[str, ...] = ()

    def differences(self, reply: Reply) -> Iterator[str]:
        """Lines by the path in the document."""
        expected = {
            "error": Says(self.says),
            "code": self.code,
            "request_id": reply.headers.get("x-request-id", ""),
        }
        yield from Json(expected).differences(reply)


@dataclass(frozen=True)
class Empty(Body):
    """Nothing, as HEAD is answered; `like` is the body that GET has."""

    like: Body

    def headers(self) -> Mapping[str, Any]:
        """Those that the body would have."""
        return self.like.headers()

    def differences(self, reply: Reply) -> Iterator[str]:
        """One line for a body."""
        if reply.body:
            yield f"body: none expected, {shown(reply.body)} came"


@dataclass(frozen=True)
class Packed(Body):
    """The body `like`, compressed."""

    like: Body
    encoding: str

    def headers(self) -> Mapping[str, Any]:
        """Those of the body, and the encoding."""
        return {**self.like.headers(), "content-encoding": self.encoding}

    def differences(self, reply: Reply) -> Iterator[str]:
        """Those of what is inside."""
        try:
            # 32 + 15: gzip or zlib, as its first bytes say
            content = zlib.decompress(reply.body, 47)
        except zlib.error as error:
            yield f"body: {self.encoding} expected ({error}), {shown(reply.body)} came"
            return
        yield from self.like.differences(replace(reply, body=content))


@dataclass(frozen=True)
class Exactly(Body):
    """These bytes."""

    content: bytes

    def differences(self, reply: Reply) -> Iterator[str]:
        """One line unless they are."""
        if reply.body != self.content:
            yield f"body: {shown(self.content)} expected, {shown(reply.body)} came"


def parsed(content: bytes) -> Any:
    """The JSON value in `content`. Raises ValueError, also for NaN and infinities, which JSON has not."""
    return json.loads(content.decode(), parse_constant=_refuse)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
