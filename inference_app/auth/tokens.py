"""Tokens: signed with HS256, verified strictly, by keys and a clock that are passed in.

PyJWT checks signature, algorithm, issuer and audience and that every claim is there; the times are checked
here, because they must be whole numbers (PyJWT takes strings) and because the clock is ours to give.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt

from ..errors import ApiError, unauthorized, unavailable
from .key_ring import KeyRing, Keys
from .remembered import RememberedTokens, Verified

ALGORITHM = "HS256"
MAX_TOKEN_BYTES = 4096
SKEW_SECONDS = 30  # two tasks' clocks: a token may be this much from the future
REQUIRED = ["exp", "iat", "sub", "iss", "aud"]


class Tokens:
    """Issues and verifies. `clock` gives seconds since 1970; `seconds` is a token's life; `remembered` holds
    what was verified (None: every token is checked anew)."""

    def __init__(
        self,
        keys: KeyRing,
        issuer: str,
        audience: str,
        seconds: int,
        clock: Callable[[], float],
        remembered: RememberedTokens | None = None,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._remembered = remembered
        self.seconds = seconds

    def issue(self, subject: str) -> str:
        """A token for `subject`, from now on for `seconds`. Raises ApiError 503 while there are no keys."""
        keys = self._ring()
        now = int(self._clock())
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "iat": now,
            "exp": now + self.seconds,
        }
        return jwt.encode(claims, keys.by_id[keys.current], ALGORITHM, {"kid": keys.current})

    def verify(self, authorization: str | None) -> str:
        """The subject of the token in the value of an Authorization header.

        Raises ApiError 401: one constant answer for whatever is wrong with a token, another for none at all.
        """
        remembered = self._remembered
        if authorization is not None and remembered is not None:
            verified = remembered.get(authorization)
            if verified is not None:
                if self._still_holds(verified):
                    return verified.subject
                remembered.forget(authorization)
        if authorization is None or not authorization.strip():
            raise unauthorized("A token is needed: Authorization: Bearer <token>, with one from POST /login")
        token = _token_in(authorization)
        if token is None:
            raise _invalid()
        verified = self._checked(token)
        if remembered is not None:
            remembered.put(authorization, verified)
        return verified.subject

    def _checked(self, token: str) -> Verified:
        """What `token` says, once its signature, its claims and its times are checked."""
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
        except (
            jwt.PyJWTError,
            ValueError,
        ) as error:  # ValueError: text that is not ASCII, or not UTF-8 inside
            raise _invalid() from error
        if not isinstance(key_id, str):
            raise _invalid()
        key = self._ring().by_id.get(key_id)
        if key is None:
            self._keys.miss()
            raise _invalid()
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                options={
                    "require": REQUIRED,
                    "enforce_minimum_key_length": True,
                    "strict_aud": True,
                    "verify_exp": False,  # the three times: below, by our clock
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise _invalid() from error
        verified = _verified(claims, key_id, key)
        if verified is None or not self._is_of_now(verified):
            raise _invalid()
        return verified

    def _still_holds(self, verified: Verified) -> bool:
        """Whether its times are right now and its key is in the ring, the same under the same name."""
        return self._is_of_now(verified) and self._ring().by_id.get(verified.key_id) == verified.key

    def _is_of_now(self, verified: Verified) -> bool:
        now = self._clock()
        return now < verified.expires and verified.valid_from <= now + SKEW_SECONDS

    def _ring(self) -> Keys:
        keys = self._keys.current()
        if keys is None:
            raise unavailable("not_ready", "The signing keys are not there yet")
        return keys


def _token_in(authorization: str) -> str | None:
    scheme, _, token = authorization.strip().partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and 0 < len(token) <= MAX_TOKEN_BYTES else None


def _verified(claims: dict[str, Any], key_id: str, key: bytes) -> Verified | None:
    """The claims that we use, or None where one is not what it must be."""
    subject = claims["sub"]
    expires, issued, not_before = claims["exp"], claims["iat"], claims.get("nbf", 0)
    if not isinstance(subject, str) or not subject:
        return None
    if any(type(value) is not int for value in (expires, issued, not_before)):
        return None
    return Verified(subject, expires, max(issued, not_before), key_id, key)


def _invalid() -> ApiError:
    return unauthorized(
        "The token is not valid (malformed, expired, or signed by no key of this service)",
        'Bearer error="invalid_token"',
    )
