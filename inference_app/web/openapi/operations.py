"""Operations: what each has in common, and the codes that a group of them may be refused with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .errors import refusals
from .objects import ANYONE, Json, reference

OF_TOKEN = ("unauthorized", "not_ready")
OF_JSON = ("invalid_json", "unsupported_media_type")
OF_ROWS = (*OF_TOKEN, *OF_JSON, "invalid_input", "too_many_rows")
OF_IMAGE = ("invalid_image", "invalid_form", "too_many_parts", "too_many_pixels")


def operation(
    tag: str,
    identity: str,
    summary: str,
    answer: Json,
    codes: Sequence[str] = (),
    *,
    public: bool = False,
    headers: Sequence[str] = (),
    **more: Any,
) -> Json:
    """One operation: `answer` are the contents of its 200, `codes` what it may be refused with, `headers` the
    components that its 200 has beside X-Request-Id."""
    sent = {name: reference(name, "headers") for name in ("X-Request-Id", *headers)}
    return {
        "tags": [tag],
        "operationId": identity,
        "summary": summary,
        **({"security": ANYONE} if public else {}),
        **more,
        "responses": {
            "200": {"description": summary, "headers": sent, "content": answer},
            **refusals(codes),
        },
    }
