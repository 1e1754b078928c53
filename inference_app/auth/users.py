"""The users: name → salted scrypt hash, and a check that takes the same time for everyone."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

from ..errors import RefusedError
from ..sources.protocols import SecretReader
from ..strict_json import StrictJsonError, parse

MAX_NAME = 128
MAX_PASSWORD = 256
# werkzeug's own format, read without its 30 ms of imports. 2^15 costs 150 ms and 32 MiB; much more would let
# one login take the task's memory.
HASH = re.compile(r"scrypt:(16384|32768|65536):(8):([1-4])\$([!-#%-~]{8,128})\$([0-9a-f]{128})")
NOBODY = "scrypt:32768:8:1$nobodynobody$" + "0" * 128


class UserStore:
    """Holds the users of one secret."""

    def __init__(self, address: str, secrets: SecretReader) -> None:
        self._address = address
        self._secrets = secrets
        self._users: Mapping[str, str] | None = None

    def current(self) -> Mapping[str, str] | None:
        """Hash by name, or None while the secret was never read."""
        return self._users

    def refresh(self) -> None:
        """Reads the secret again. Raises SourceError or RefusedError, and keeps the users that it has."""
        self._users = read_users(self._secrets.read_secret(self._address))


def read_users(secret: bytes) -> Mapping[str, str]:
    """The users in `secret`: {"demo": "scrypt:32768:8:1$<salt>$<hex>"}.

    Raises RefusedError, whose message never holds a hash.
    """
    try:
        document = parse(secret)
    except StrictJsonError as error:
        raise RefusedError(f"users: {error}") from error
    if not isinstance(document, dict):
        raise RefusedError("users: an object of name and hash expected")
    for name, hashed in document.items():
        if not 1 <= len(name) <= MAX_NAME:
            raise RefusedError(f"users: a name of 1 to {MAX_NAME} characters expected")
        if not isinstance(hashed, str) or not HASH.fullmatch(hashed):
            raise RefusedError(
                f"users: the hash of {name!r} must look like scrypt:32768:8:1$<salt>$<128 hex digits>"
            )
    return document


def password_is_right(users: Mapping[str, str], name: str, password: str) -> bool:
    """Whether `password` is that of `name`; hashes for an unknown name, too, which takes as long."""
    hashed = users.get(name)
    right = check_password_hash(hashed or NOBODY, password)
    return right and hashed is not None


def check_password_hash(hashed: str, password: str) -> bool:
    """Whether `password` is what `hashed` (see HASH) was made of."""
    found = HASH.fullmatch(hashed)
    assert found is not None  # read_users refuses others
    n, r, p = (int(word) for word in found.group(1, 2, 3))
    salt, digest = found.group(4, 5)
    memory = 132 * n * r * p  # what scrypt needs, with room; hashlib's own limit is too low for 2^15
    key = hashlib.scrypt(password.encode(), salt=salt.encode(), n=n, r=r, p=p, maxmem=memory, dklen=64)
    return hmac.compare_digest(key.hex(), digest)
