"""The one file of a multipart/form-data body, as `curl -F image=@digit.png` sends it."""

from __future__ import annotations

import io

from ..errors import bad_request, too_large
from .messages import Request

MAX_PARTS = 16


def file_in_form(request: Request, field: str) -> bytes:
    """The content of the file in the form's `field`, which must be its only field.

    Raises ApiError 400, or 413 for a form of many parts. Nothing is written to a disk.
    """
    # Not before a form came: a function's start does not pay for it.
    from werkzeug.exceptions import RequestEntityTooLarge
    from werkzeug.formparser import MultiPartParser
    from werkzeug.http import parse_options_header

    boundary = parse_options_header(request.headers.get("content-type"))[1].get("boundary", "")
    if not boundary or not boundary.isascii() or len(boundary) > 70:  # RFC 2046 5.1.1
        raise bad_request("Content-Type: multipart/form-data; boundary=… expected", "invalid_form")
    parser = MultiPartParser(
        stream_factory=lambda *_, **__: io.BytesIO(),
        max_form_memory_size=len(request.body),
        max_form_parts=MAX_PARTS,
    )
    try:
        fields, files = parser.parse(io.BytesIO(request.body), boundary.encode("ascii"), len(request.body))
    except RequestEntityTooLarge:
        raise too_large(f"A form of at most {MAX_PARTS} parts expected", "too_many_parts") from None
    except ValueError as error:
        raise bad_request(f"The form cannot be read: {error}", "invalid_form") from None
    names = [*fields.keys(), *files.keys()]
    if names != [field] or field in fields:
        came = "text" if names == [field] else ", ".join(map(repr, sorted(set(names)))) or "none"
        raise bad_request(f"One file in the field {field!r} expected, {came} came", "invalid_form")
    if len(files.getlist(field)) > 1:
        raise bad_request(
            f"One file in the field {field!r} expected, {len(files.getlist(field))} came", "invalid_form"
        )
    return files[field].stream.read()
