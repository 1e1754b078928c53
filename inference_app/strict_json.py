"""JSON as RFC 8259 means it, and a little stricter: what two parsers could read differently is refused.

Python's parser takes NaN and Infinity, keeps the last of two equal keys, guesses UTF-16 and answers deep
nesting with RecursionError. All of these reach the service as a 400 here, the same one on every host.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

MAX_DEPTH = 64
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")


class StrictJsonError(ValueError):
    """The text is not strict JSON; the message says why in one sentence."""


def parse(content: bytes) -> Any:
    """The value in `content` (UTF-8). Numbers are int or finite float, or (1e400) an infinity for the caller
    to refuse by name. Raises StrictJsonError."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StrictJsonError(f"the body is not UTF-8 (byte {error.start})") from None
    if _depth_over_limit(content):
        raise StrictJsonError(f"the body is nested deeper than {MAX_DEPTH} levels")
    try:
        return _DECODER.decode(text)
    except StrictJsonError:
        raise
    except json.JSONDecodeError as error:
        raise StrictJsonError(
            f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from None
    except ValueError:  # int() refuses more than 4,300 digits
        raise StrictJsonError("the body holds a number with too many digits") from None


def dump(value: Any) -> bytes:
    """`value` as compact JSON. Raises ValueError for NaN and infinities, which JSON has not."""
    return _ENCODER.encode(value).encode("ascii")


def _depth_over_limit(content: bytes) -> bool:
    if content.count(b"[") + content.count(b"{") <= MAX_DEPTH:
        return False
    depth = 0
    for byte in _STRINGS.sub(b"", content).translate(None, _NOT_BRACKETS):
        depth += 1 if byte in b"[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _refuse_constant(name: str) -> NoReturn:
    raise StrictJsonError(f"the body holds {name}, which is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise StrictJsonError(f"the key {key[:60]!r} comes twice")
            seen.add(key)
    return members


_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_object)
