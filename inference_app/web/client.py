"""Who is asking: the address that someone we trust has seen, never one that the client wrote itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def client_address(environ: Mapping[str, Any], trusted_proxy_hops: int) -> str:
    """The client's address.

    * In a function behind API Gateway: the event's `requestContext` (v2: http.sourceIp, v1:
      identity.sourceIp).
    * Behind a balancer (one trusted hop, or its events to a function): the last entry of X-Forwarded-For,
      which the balancer appended; those before it come from the client.
    * Else the peer of the connection.
    """
    context = environ.get("apig_wsgi.request_context")
    if isinstance(context, dict) and "elb" not in context:
        seen_by_gateway = context.get("http") or context.get("identity") or {}
        return str(seen_by_gateway.get("sourceIp", ""))
    trusted = context is not None or trusted_proxy_hops == 1
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", "")) if trusted else ""
    return last_hop(forwarded) or str(environ.get("REMOTE_ADDR", ""))


def last_hop(forwarded: str) -> str:
    """The last entry of an X-Forwarded-For."""
    return forwarded.split(",")[-1].strip()[:64]
