"""Tokens that were verified a moment ago, remembered until they expire: a signature is checked once.

Gain: 141 µs of processor time a request in place of 299 (`python -m bench.switches`); TOKEN_CACHE=0 switches
it off. The table holds SHA-256 digests, never tokens, and at most `max_entries` of them.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass

MAX_ENTRIES = 10_000  # about 4 MB; the entry that came first makes room


@dataclass(frozen=True, slots=True)
class Verified:
    """What a token said. Times are seconds since 1970; `key` is the one that signed it, `key_id` its name."""

    subject: str
    expires: int
    valid_from: int
    key_id: str
    key: bytes


class RememberedTokens:
    """A bounded table of verified tokens, by the whole header that brought each. Reading takes no lock."""

    def __init__(self, max_entries: int = MAX_ENTRIES) -> None:
        self._max_entries = max_entries
        self._lock = threading.Lock()
        self._verified: dict[bytes, Verified] = {}

    def get(self, authorization: str) -> Verified | None:
        """What was remembered of the token in `authorization`. Whether it still holds is the caller's to
        check, each time."""
        return self._verified.get(_digest(authorization))

    def put(self, authorization: str, verified: Verified) -> None:
        """Remembers the token in `authorization`, whose signature and claims were checked."""
        with self._lock:
            if len(self._verified) >= self._max_entries:
                del self._verified[next(iter(self._verified))]
            self._verified[_digest(authorization)] = verified

    def forget(self, authorization: str) -> None:
        """Drops the token in `authorization`, which holds no more."""
        with self._lock:
            self._verified.pop(_digest(authorization), None)


def _digest(authorization: str) -> bytes:
    return hashlib.sha256(authorization.encode("utf-8", "surrogatepass")).digest()
