"""The keys that sign tokens: one signs, all verify; a rotation needs neither restart nor logout."""

from __future__ import annotations

import base64
import binascii
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import RefusedError
from ..sources.protocols import SecretReader
from ..strict_json import StrictJsonError, parse

MIN_KEY_BYTES = 32  # RFC 7518 3.2: a key of the hash's size or larger for HS256
KEY_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
MISS_SECONDS = 10.0  # at most one reload in this time for the sake of an unknown key id


@dataclass(frozen=True, slots=True)
class Keys:
    """Key by id; `current` is the id of the one that signs."""

    current: str
    by_id: Mapping[str, bytes]


class KeyRing:
    """Holds the keys of one secret. `clock` gives monotonic seconds."""

    def __init__(self, address: str, secrets: SecretReader, clock: Callable[[], float]) -> None:
        self._address = address
        self._secrets = secrets
        self._clock = clock
        self._keys: Keys | None = None
        self._lock = threading.Lock()
        self._wanted = False
        self._missed_at = float("-inf")

    def current(self) -> Keys | None:
        """The keys, or None while they were never read."""
        return self._keys

    def refresh(self) -> None:
        """Reads the secret again. Raises SourceError or RefusedError, and keeps the keys that it has."""
        self._wanted = False
        self._keys = read_keys(self._secrets.read_secret(self._address))

    def miss(self) -> None:
        """Someone showed an unknown key id: perhaps a rotation that was not read yet. Notes, rate limited,
        that a reload is wanted; does no I/O itself."""
        with self._lock:
            now = self._clock()
            if now - self._missed_at >= MISS_SECONDS:
                self._missed_at = now
                self._wanted = True

    @property
    def wanted(self) -> bool:
        """Whether a reload is wanted."""
        return self._wanted

    def take_wanted(self) -> bool:
        """Whether a reload is wanted, and that the caller will see to it."""
        if not self._wanted:
            return False
        with self._lock:
            wanted, self._wanted = self._wanted, False
            return wanted


def read_keys(secret: bytes) -> Keys:
    """The keys in `secret`: {"current": "k2", "keys": {"k1": "<base64>", "k2": …}}.

    Raises RefusedError, whose message never holds a key.
    """
    try:
        document = parse(secret)
    except StrictJsonError as error:
        raise RefusedError(f"signing keys: {error}") from error
    if not isinstance(document, dict) or sorted(document) != ["current", "keys"]:
        raise RefusedError('signing keys: {"current": …, "keys": {…}} expected')
    current, keys = document["current"], document["keys"]
    if not isinstance(keys, dict) or not isinstance(current, str) or current not in keys:
        raise RefusedError("signing keys: current must be one of the ids in keys")
    by_id: dict[str, bytes] = {}
    for key_id, text in keys.items():
        if not KEY_ID.fullmatch(key_id):
            raise RefusedError(f"signing keys: an id must match {KEY_ID.pattern}")
        try:
            key = base64.b64decode(text if isinstance(text, str) else "", validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) < MIN_KEY_BYTES:
            raise RefusedError(f"signing keys: {key_id} must be base64 of at least {MIN_KEY_BYTES} bytes")
        by_id[key_id] = key
    return Keys(current, by_id)
