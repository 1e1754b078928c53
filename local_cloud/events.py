"""HTTP ↔ Lambda as an HTTP API does it: a request becomes an event of version 2.0, its answer a response.

docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}


@dataclass(frozen=True)
class Request:
    """One HTTP request: the target as it was sent, headers in their order, the peer's address."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    source: str
    protocol: str = "HTTP/1.1"


@dataclass(frozen=True)
class Response:
    """One HTTP answer, but for the headers that belong to the connection."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


def event_of(
    request: Request, api: Mapping[str, str], route: str, parameters: Mapping[str, str]
) -> dict[str, Any]:
    """The event. `api` has id, account and stage; `route` is the matched key, `parameters` its variables."""
    path, _, query = request.target.partition("?")
    headers = _headers(request)
    domain = headers.get("host", "")
    cookies = [part.strip() for value in _all(request, "cookie") for part in value.split(";")]
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": api["account"],
            "apiId": api["id"],
            "domainName": domain,
            "domainPrefix": domain.split(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": request.protocol,
                "sourceIp": request.source,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": uuid.uuid4().hex[:15] + "=",
            "routeKey": route,
            "stage": api["stage"],
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
            "timeEpoch": int(time.time() * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if query:
        event["queryStringParameters"] = _joined(parse_qsl(query, keep_blank_values=True))
    if parameters:
        event["pathParameters"] = dict(parameters)
    if request.body:
        event["body"], event["isBase64Encoded"] = _body(request.body, headers)
    return event


def scheduled_event(rule_arn: str) -> dict[str, Any]:
    """What EventBridge sends at a rule's time; the rule's ARN names account and region."""
    region, account = rule_arn.split(":")[3:5]
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "region": region,
        "resources": [rule_arn],
        "detail": {},
    }


def response_of(payload: bytes, error: str) -> Response:
    """The HTTP answer to what a function returned; its error, or nonsense, is the gateway's own 500."""
    if error:
        return own(500, "Internal Server Error")
    try:
        answer = json.loads(payload)
        if not isinstance(answer, dict) or "statusCode" not in answer:
            # Format 2.0: anything without a status code is a body of its own.
            text = answer if isinstance(answer, str) else json.dumps(answer)
            return Response(200, [("content-type", "application/json")], text.encode())
        body = answer.get("body") or ""
        content = base64.b64decode(body, validate=True) if answer.get("isBase64Encoded") else body.encode()
        headers = [(name, str(value)) for name, value in (answer.get("headers") or {}).items()]
        headers += [("set-cookie", cookie) for cookie in answer.get("cookies") or []]
        if not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("content-type", "text/plain;charset=utf-8"))
        dropped = HOP_BY_HOP | {"content-length"}
        return Response(
            int(answer["statusCode"]), [h for h in headers if h[0].lower() not in dropped], content
        )
    except (ValueError, TypeError, AttributeError):
        return own(500, "Internal Server Error")


def own(status: int, message: str) -> Response:
    """An answer of the gateway itself."""
    return Response(status, [("content-type", "application/json")], json.dumps({"message": message}).encode())


def _headers(request: Request) -> dict[str, str]:
    """Lower-case, several of a name joined; without cookies and the connection's own, with the gateway's."""
    kept = [(name.lower(), value) for name, value in request.headers]
    headers = _joined([(name, value) for name, value in kept if name not in HOP_BY_HOP and name != "cookie"])
    forwarded = headers.get("x-forwarded-for")
    headers["x-forwarded-for"] = f"{forwarded}, {request.source}" if forwarded else request.source
    headers["x-forwarded-proto"] = "http"
    headers["content-length"] = str(len(request.body))
    return headers


def _joined(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _all(request: Request, name: str) -> list[str]:
    return [value for key, value in request.headers if key.lower() == name]


def _body(body: bytes, headers: Mapping[str, str]) -> tuple[str, bool]:
    """Text as it is, anything else (compressed, another type, not UTF-8) in base64."""
    if headers.get("content-type", "").lower().startswith(TEXT_TYPES) and "content-encoding" not in headers:
        try:
            return body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True
