"""The events that gateways make of a request for a function, and the reply in what the function returns."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from .asking import Asked, Reply

CLIENT = "203.0.113.7"

Event = Callable[[Asked], dict[str, Any]]


def rest_v1(asked: Asked) -> dict[str, Any]:
    """The event of a REST API (payload 1.0)."""
    pairs = parse_qsl(asked.query, keep_blank_values=True)
    body, encoded = _text(asked.body)
    return {
        "resource": "/{proxy+}",
        "path": unquote(asked.path),
        "httpMethod": asked.method,
        "headers": dict(asked.headers) or None,
        "multiValueHeaders": {key: [value] for key, value in asked.headers.items()} or None,
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": {k: [v for n, v in pairs if n == k] for k, _ in pairs} or None,
        "requestContext": {"identity": {"sourceIp": CLIENT}, "stage": "live"},
        "body": body,
        "isBase64Encoded": encoded,
    }


def http_v2(asked: Asked) -> dict[str, Any]:
    """The event of an HTTP API (payload 2.0)."""
    body, encoded = _text(asked.body)
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": unquote(asked.path),
        "rawQueryString": asked.query,
        "headers": {key.lower(): value for key, value in asked.headers.items()},
        "requestContext": {
            "http": {"method": asked.method, "path": asked.path, "protocol": "HTTP/1.1", "sourceIp": CLIENT}
        },
        **({"body": body} if body is not None else {}),
        "isBase64Encoded": encoded,
    }


def alb(asked: Asked) -> dict[str, Any]:
    """The event of a balancer: it decodes nothing and appends the client's address."""
    body, encoded = _text(asked.body)
    headers = {key.lower(): value for key, value in asked.headers.items()}
    forwarded = headers.get("x-forwarded-for")
    return {
        "requestContext": {
            "elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/t/1"}
        },
        "path": unquote(asked.path),
        "httpMethod": asked.method,
        "queryStringParameters": dict(pair.partition("=")[::2] for pair in asked.query.split("&") if pair),
        "headers": headers | {"x-forwarded-for": f"{forwarded}, {CLIENT}" if forwarded else CLIENT},
        "body": body or "",
        "isBase64Encoded": encoded,
    }


def reply_of(result: Mapping[str, Any]) -> Reply:
    """The reply in the result of a function, in either of the shapes that gateways take."""
    headers = {k.lower(): v for k, v in (result.get("headers") or {}).items()}
    headers |= {k.lower(): ", ".join(v) for k, v in (result.get("multiValueHeaders") or {}).items()}
    body = result.get("body") or ""
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    return Reply(result["statusCode"], headers, content)


def _text(body: bytes) -> tuple[str | None, bool]:
    try:
        return (body.decode() or None), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True
