"""From a WSGI environ to a Request, the same for Flask's adapter and for the path before Flask."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..errors import ApiError
from ..serving.messages import Answer, Request, error_answer, request_id
from .client import client_address

log = logging.getLogger("inference.web")


def request_of(
    environ: Mapping[str, Any], method: str, path: str, body: bytes, trusted_proxy_hops: int
) -> Request:
    """The request in `environ`, whose method, decoded path and body the caller has read."""
    headers = {_name(key): value for key, value in environ.items() if key.startswith("HTTP_")}
    headers.setdefault("content-type", environ.get("CONTENT_TYPE", ""))
    return Request(
        method=method,
        path=path,
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=body,
        client=client_address(environ, trusted_proxy_hops),
        request_id=request_id(headers.get("x-request-id")),
    )


def failed(error: Exception) -> Answer:
    """The answer to a fault of an adapter, or to a body that cannot be read to its end: the contract's
    object."""
    log.error("the adapter failed", exc_info=error)
    refusal = ApiError(500, "internal_error", "The service failed on this request; its log says why")
    return error_answer(refusal, request_id(None))


@lru_cache(maxsize=256)
def _name(key: str) -> str:
    return key[5:].replace("_", "-").lower()
