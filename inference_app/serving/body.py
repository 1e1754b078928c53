"""The body of a request as a JSON document: type, size and syntax are checked here for every route."""

from __future__ import annotations

from typing import Any

from .. import strict_json
from ..errors import ApiError, bad_request, too_large
from .limits import MAX_JSON_BYTES
from .messages import Request


def json_body(request: Request) -> Any:
    """The JSON value in the body. Raises ApiError 415, 413 or 400, in that order."""
    content_type = request.headers.get("content-type", "")
    media_type, _, parameters = content_type.partition(";")
    charset = parameters.replace(" ", "").replace('"', "").lower()
    if media_type.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise ApiError(
            415,
            "unsupported_media_type",
            f"Content-Type: application/json expected, {content_type[:60] or 'none'} came",
        )
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise ApiError(415, "unsupported_media_type", "A body without Content-Encoding expected")
    if len(request.body) > MAX_JSON_BYTES:
        raise too_large(f"A JSON body of at most {MAX_JSON_BYTES} bytes expected", "body_too_large")
    try:
        return strict_json.parse(request.body)
    except strict_json.StrictJsonError as error:
        raise bad_request(f"{str(error)[0].upper()}{str(error)[1:]}", "invalid_json") from None
