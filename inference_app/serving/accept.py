"""What a client says that it takes: the headers Accept and Accept-Encoding (RFC 9110, 12.4 and 12.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_QUALITY = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


def prefers_html(accept: str) -> bool:
    """Whether `accept` ranks text/html above application/json; what takes everything (curl) does not."""
    ranks = _ranks(accept)

    def rank(kind: str) -> float:
        return next((ranks[key] for key in (kind, f"{kind.split('/')[0]}/*", "*/*") if key in ranks), 0.0)

    return rank("text/html") > rank("application/json")


def accepted_encoding(header: str, offered: Sequence[str]) -> str | None:
    """The first Content-Encoding of `offered` that Accept-Encoding `header` names, or takes with everything,
    with a quality above 0."""
    if not header:
        return None
    ranks = _ranks(header)
    return next((each for each in offered if ranks.get(each, ranks.get("*", 0.0)) > 0.0), None)


def header_values(header: str) -> list[str]:
    """The members of a comma-separated header, in order."""
    return [value.strip() for value in header.split(",") if value.strip()]


def _ranks(header: str) -> dict[str, float]:
    """Quality by value, both lower-case; a quality that cannot be read counts as 1."""
    ranks = {}
    for value in header_values(header.lower()):
        name, *parameters = (part.strip() for part in value.split(";"))
        qualities = [match[1] for part in parameters if (match := _QUALITY.fullmatch(part))]
        ranks[name] = float(qualities[0]) if qualities else 1.0
    return ranks
