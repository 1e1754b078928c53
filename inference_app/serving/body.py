"""The body of a request: its type, size and syntax are checked here for every route."""

from __future__ import annotations

from typing import Any

from .. import strict_json
from ..errors import ApiError, bad_request, too_large
from .limits import MAX_JSON_BYTES, MAX_SHOWN
from .messages import Request

JSON = "application/json"


def media_type(request: Request) -> str:
    """The media type that the request names, in lower case and without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def refuse_type(request: Request, wanted: str) -> ApiError:
    """The 415 for a body that is none of the `wanted` types."""
    came = request.headers.get("content-type", "")[:MAX_SHOWN] or "none"
    return ApiError(415, "unsupported_media_type", f"Content-Type: {wanted} expected, {came} came")


def check_encoding(request: Request) -> None:
    """Raises ApiError 415 for a compressed body."""
    encoding = request.headers.get("content-encoding")
    if encoding is not None and encoding.strip().lower() not in ("", "identity"):
        raise ApiError(415, "unsupported_media_type", "A body without Content-Encoding expected")


def check_json(request: Request) -> None:
    """Raises ApiError 415 for a body that does not say that it is JSON, 413 for one that is too large."""
    if request.headers.get("content-type") != JSON:  # as most spell it
        parameters = request.headers.get("content-type", "").partition(";")[2]
        charset = parameters.replace(" ", "").replace('"', "").lower()
        if media_type(request) != JSON or charset not in ("", "charset=utf-8"):
            raise refuse_type(request, JSON)
    check_encoding(request)
    if len(request.body) > MAX_JSON_BYTES:
        raise too_large(f"A JSON body of at most {MAX_JSON_BYTES} bytes expected", "body_too_large")


def json_body(request: Request) -> Any:
    """The JSON value in the body. Raises ApiError 415, 413 or 400, in that order."""
    check_json(request)
    try:
        return strict_json.parse(request.body)
    except strict_json.StrictJsonError as error:
        raise bad_request(f"{str(error)[0].upper()}{str(error)[1:]}", "invalid_json") from None
