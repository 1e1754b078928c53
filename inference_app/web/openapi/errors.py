"""Every error of the service: its code, its status, when it comes and what it says; one shape for all.

tests/app/test_openapi.py compares this table with the codes that the code raises.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ...serving.limits import MAX_BODY_BYTES, MAX_JSON_BYTES, MAX_PIXELS, MAX_ROWS
from .objects import JSON, TEXT, Json, object_of, reference


class Error(NamedTuple):
    """One code: its status, when it comes, an example of its sentence."""

    status: int
    when: str
    example: str


ERRORS = {
    "invalid_input": Error(
        400,
        "a value is missing, unknown or outside what the model takes",
        "row 0: 37 numbers expected, 2 came",
    ),
    "invalid_json": Error(400, "the body is not strict JSON", "The body holds NaN, which is not JSON"),
    "invalid_body": Error(400, "the body does not unpack as Content-Encoding says", "The body is no gzip"),
    "invalid_form": Error(
        400, "a form without exactly one file", "One file in the field 'image' expected, none came"
    ),
    "invalid_image": Error(
        400, "what came is no readable PNG or JPEG", "A PNG or JPEG image expected, a GIF came"
    ),
    "ambiguous_model": Error(
        400,
        "GET /predict, and not exactly one model takes a single number",
        "More than one model of this service takes a single input; name one: POST /models/{name}/predict",
    ),
    "malformed_request": Error(400, "the request is not HTTP", "The request is not well-formed HTTP"),
    "unsupported_transfer_encoding": Error(
        400, "a Transfer-Encoding other than chunked", "Only the transfer encoding chunked is supported"
    ),
    "unauthorized": Error(
        401,
        "no token, or one that is malformed, expired or forged; at /login a wrong pair",
        "The token is not valid (malformed, expired, or signed by no key of this service)",
    ),
    "not_found": Error(
        404, "nothing is at this path", "There is nothing at this path; GET / lists what there is"
    ),
    "unknown_model": Error(
        404, "no model of that name is served", 'There is no model "nope" here; GET /models lists them'
    ),
    "unknown_version": Error(
        404,
        "the model is served in another version",
        'house_prices is served in the version 1.0.0 only, "2" came',
    ),
    "method_not_allowed": Error(
        405, "the path has other methods: Allow names them", "One of POST expected here"
    ),
    "request_too_slow": Error(
        408, "the request took too long to arrive", "The request took too long to arrive"
    ),
    "body_too_large": Error(
        413,
        f"over {MAX_JSON_BYTES} bytes of JSON, or {MAX_BODY_BYTES} bytes of anything",
        f"A JSON body of at most {MAX_JSON_BYTES} bytes expected",
    ),
    "too_many_rows": Error(
        413,
        f"over {MAX_ROWS} rows in one request",
        f"instances: at most {MAX_ROWS} rows expected, {MAX_ROWS + 1} came",
    ),
    "too_many_parts": Error(413, "a form of many parts", "A form of at most 16 parts expected"),
    "too_many_pixels": Error(
        413,
        "an image too large to be decoded",
        f"An image of at most {MAX_PIXELS} pixels expected, 30000 by 30000 came",
    ),
    "unsupported_media_type": Error(
        415,
        "a Content-Type or Content-Encoding that is not read here",
        "Content-Type: application/json expected, text/plain came",
    ),
    "throttled": Error(429, "too many failed logins", "Too many failed logins; try again in 42 s"),
    "busy": Error(
        429, "another login is being checked", "Another login is being checked; try again in a second"
    ),
    "headers_too_large": Error(431, "headers over 16 KiB", "Headers of at most 16384 bytes expected"),
    "internal_error": Error(
        500, "a fault of the service", "The service failed on this request; its log says why"
    ),
    "not_ready": Error(503, "models, keys or users are not loaded yet", "The models are not loaded yet"),
    "draining": Error(503, "the service is being stopped", "The service is being stopped"),
}
# What a client may meet at any path, whatever the operation says.
ANYWHERE = (
    "malformed_request",
    "unsupported_transfer_encoding",
    "method_not_allowed",
    "request_too_slow",
    "headers_too_large",
)
_HEADERS = {
    401: {"WWW-Authenticate": ("the scheme that is asked for", "Bearer")},
    405: {"Allow": ("the methods of this path", "GET, HEAD")},
    429: {"Retry-After": ("seconds to wait", "1")},
    503: {"Retry-After": ("seconds to wait", "2")},
}
_TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timeout",
    413: "Content too large",
    415: "Unsupported media type",
    429: "Too many requests",
    431: "Request header fields too large",
    500: "Internal server error",
    503: "Service unavailable",
}


def error_schema() -> Json:
    """The one shape of every error."""
    properties = object_of(
        {
            "error": TEXT | {"description": "one sentence: what was expected and what came"},
            "code": {"enum": sorted(ERRORS), "description": "what a program looks at"},
            "request_id": TEXT | {"description": "as in X-Request-Id and in the service's log"},
        }
    )
    return properties | {"description": errors_in_words()}


def error_examples() -> Json:
    """Each code as an example, by code."""
    return {
        code: {
            "summary": error.when,
            "value": {"error": error.example, "code": code, "request_id": "3f2a90c1d4e84b7f9a"},
        }
        for code, error in ERRORS.items()
    }


def refusals(codes: Iterable[str]) -> Json:
    """The responses for `codes`, by status; what any request may meet is added."""
    by_status: dict[int, list[str]] = {}
    for code in (*codes, "body_too_large", "internal_error"):
        known = by_status.setdefault(ERRORS[code].status, [])
        if code not in known:
            known.append(code)
    return {str(status): _refusal(status, by_status[status]) for status in sorted(by_status)}


def refusals_anywhere() -> Json:
    """The responses that belong to no operation, by code, for the components."""
    return {code: _refusal(ERRORS[code].status, [code]) for code in ANYWHERE}


def errors_in_words() -> str:
    """The table of all codes, in Markdown."""
    rows = [f"| {code} | {error.status} | {error.when} |" for code, error in ERRORS.items()]
    return "\n".join(("| code | status | when |", "| --- | --- | --- |", *rows))


def _refusal(status: int, codes: list[str]) -> Json:
    headers: dict[str, Any] = {"X-Request-Id": reference("X-Request-Id", "headers")}
    for name, (description, example) in _HEADERS.get(status, {}).items():
        headers[name] = {"description": description, "required": True, "schema": TEXT, "example": example}
    return {
        "description": f"{_TITLES[status]}: {'; or '.join(ERRORS[code].when for code in codes)}",
        "headers": headers,
        "content": {
            JSON: {
                "schema": reference("Error"),
                "examples": {code: reference(code, "examples") for code in codes},
            }
        },
    }
