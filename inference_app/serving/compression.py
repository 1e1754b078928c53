"""Compressed bodies: gzip and deflate (zlib) of requests, inflated within a limit, and of answers."""

from __future__ import annotations

import zlib

from ..errors import ApiError, bad_request, too_large
from .messages import Request

# zlib's wbits by Content-Encoding. RFC 9110: deflate is the zlib format, x-gzip another word for gzip.
_FORMATS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
ENCODINGS = ("gzip", "deflate")  # of answers, the better one first
_SMALL = 512  # bytes; below it a window and a table of the usual size cost ten times the compression


def inflated(request: Request, limit: int) -> bytes:
    """The body of `request` without its Content-Encoding.

    Inflates no further than `limit` bytes: a bomb is a 413 that takes no memory. Raises ApiError 415, 413 or
    400.
    """
    encoding = request.headers.get("content-encoding", "").strip().lower()
    content = request.body
    if encoding not in ("", "identity"):
        if encoding not in _FORMATS:
            raise ApiError(
                415,
                "unsupported_media_type",
                f"Content-Encoding gzip or deflate expected, {encoding[:60]} came",
            )
        content = _inflate(content, _FORMATS[encoding], limit)
    if len(content) > limit:
        raise too_large(f"A body of at most {limit} bytes expected", "body_too_large")
    return content


def deflated(content: bytes, encoding: str) -> bytes:
    """`content` in the Content-Encoding `encoding`, "gzip" or "deflate"; equal content gives equal bytes."""
    small = len(content) < _SMALL
    window = _FORMATS[encoding] - (6 if small else 0)
    compressor = zlib.compressobj(1, zlib.DEFLATED, window, 1 if small else 8)
    return compressor.compress(content) + compressor.flush()


def _inflate(content: bytes, wbits: int, limit: int) -> bytes:
    """The inflated content, or the first of it beyond `limit`. One member only: a body of a hundred thousand
    empty ones would cost minutes."""
    inflater = zlib.decompressobj(wbits)
    try:
        inflated_content = inflater.decompress(content, limit + 1)
    except zlib.error as error:
        raise bad_request(f"The compressed body cannot be read: {error}", "invalid_body") from None
    if len(inflated_content) <= limit:
        if not inflater.eof:
            raise bad_request("The compressed body ends too early", "invalid_body")
        if inflater.unused_data:
            raise bad_request("The compressed body is followed by something else", "invalid_body")
    return inflated_content
