"""Tokens that must not open anything, forged with the standard library: JWT, RFC 7519."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


@dataclass(frozen=True)
class Signing:
    """The service's own key: with it come tokens that only the claims make wrong."""

    key_id: str
    key: bytes


def encode(header: Mapping[str, Any], claims: Mapping[str, Any], key: bytes) -> str:
    """A token signed by `key` as the header's `alg` says; with another `alg` the signature is empty."""
    content = f"{_part(header)}.{_part(claims)}"
    made = _HASHES.get(header["alg"])
    signature = hmac.digest(key, content.encode(), made) if made else b""
    return f"{content}.{_base64(signature)}"


def decode(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Header, claims and the signature as it stands."""
    header, claims, signature = token.split(".")
    return _value(header), _value(claims), signature


def with_claims(token: str, claims: Mapping[str, Any]) -> str:
    """`token` with other claims under its old signature."""
    header, _, signature = token.split(".")
    return f"{header}.{_part(claims)}.{signature}"


def _part(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _value(part: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return value
