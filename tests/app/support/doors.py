"""The doors of the application, each as a function from what is asked to what came back."""

from __future__ import annotations

import base64
import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes

from werkzeug.test import Client

from inference_app.hosts.assembly import Application
from inference_app.hosts.lambda_handler import make_handler

CLIENT = "203.0.113.7"
OWN_HEADERS = (
    "content-type",
    "x-request-id",
    "x-model",
    "www-authenticate",
    "retry-after",
    "allow",
    "cache-control",
)


@dataclass(frozen=True)
class Asked:
    """One request as a test words it; `path` is percent-encoded."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def own(self) -> tuple[int, dict[str, str], bytes]:
        """What every door must give alike: the status, the application's own headers, the body."""
        return self.status, {k: v for k, v in self.headers.items() if k in OWN_HEADERS}, self.body


Door = Callable[[Asked], Reply]


def wsgi(application: Application) -> Door:
    """The WSGI application itself."""

    def ask(asked: Asked) -> Reply:
        response = Client(application.app).open(
            path="/",
            method=asked.method,
            query_string=asked.query,
            headers=dict(asked.headers),
            data=asked.body,
            environ_base={"REMOTE_ADDR": CLIENT},
            environ_overrides={"PATH_INFO": unquote_to_bytes(asked.path).decode("latin-1")},
        )
        return Reply(
            response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.get_data()
        )

    return ask


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


def function(application: Application, event: Callable[[Asked], dict[str, Any]]) -> Door:
    """The Lambda door, with events of one shape."""
    handle = make_handler(application)

    def ask(asked: Asked) -> Reply:
        result = handle(event(asked), None)
        headers = {k.lower(): v for k, v in result.get("headers", {}).items()}
        headers |= {k.lower(): ", ".join(v) for k, v in result.get("multiValueHeaders", {}).items()}
        body = result["body"]
        return Reply(
            result["statusCode"],
            headers,
            base64.b64decode(body) if result["isBase64Encoded"] else body.encode(),
        )

    return ask


def over_socket(port: int) -> Door:
    """A server on this machine."""

    def ask(asked: Asked) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        target = quote(asked.path, safe="/%") + (f"?{asked.query}" if asked.query else "")
        headers = (
            {"Content-Length": str(len(asked.body))} | dict(asked.headers) if asked.body else asked.headers
        )
        connection.request(asked.method, target, asked.body or None, dict(headers))
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, body)

    return ask


def _text(body: bytes) -> tuple[str | None, bool]:
    try:
        return (body.decode() or None), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True
