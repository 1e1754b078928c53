"""The data plane that moto's API Gateway lacks: it routes as the API says and calls the function."""

import json
import re
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote

from .aws import Aws
from .events import Request, Response, event_of, own, response_of
from .lambda_runtime import read_chunks
from .serving import serve_on

# Quotas: Lambda takes 6 MB of event and gives 6 MB of answer, an HTTP API passes 10 MB and waits 30 s.
LARGEST_PAYLOAD = 6 * 1024 * 1024
LARGEST_BODY = 10 * 1024 * 1024

Invoke = Callable[[bytes, str], tuple[bytes, str]]


@dataclass(frozen=True)
class Api:
    """An HTTP API as it stands in API Gateway: routes by key, each with the ARN of the function behind it."""

    id: str
    account: str
    region: str
    stage: str
    routes: dict[str, str]

    def match(self, method: str, path: str) -> tuple[str, dict[str, str]] | None:
        """The key of the most specific route and its path variables."""
        found = []
        for key in self.routes:
            verb, _, pattern = key.partition(" ")
            if key != "$default" and verb in ("ANY", method) and (hit := _pattern(pattern).fullmatch(path)):
                parameters = {name: unquote(value) for name, value in hit.groupdict().items()}
                found.append((pattern.count("{"), verb == "ANY", key, parameters))
        if found:
            return min(found, key=lambda one: one[:2])[2:]
        return ("$default", {}) if "$default" in self.routes else None


def read_api(aws: Aws, api_id: str) -> Api:
    """The API as moto holds it. Raises ValueError for what this front does not serve."""
    integrations = {
        one["IntegrationId"]: one for one in aws.call("apigatewayv2.get_integrations", ApiId=api_id)["Items"]
    }
    routes = {}
    for route in aws.call("apigatewayv2.get_routes", ApiId=api_id)["Items"]:
        integration = integrations[route["Target"].partition("/")[2]]
        if integration.get("PayloadFormatVersion") != "2.0":
            raise ValueError(f"route {route['RouteKey']}: only payload format 2.0 is served")
        function = re.search(r"functions/(arn:[^/]+)/invocations", integration["IntegrationUri"])
        if not function:
            raise ValueError(f"route {route['RouteKey']}: {integration['IntegrationUri']} is no function")
        routes[route["RouteKey"]] = function[1]
    stages = [stage["StageName"] for stage in aws.call("apigatewayv2.get_stages", ApiId=api_id)["Items"]]
    if stages != ["$default"]:
        raise ValueError(f"only the stage $default is served, the API has {stages}")
    return Api(api_id, aws.account, aws.region, stages[0], routes)


def serve(listener: socket.socket, api: Api, invoke: Invoke) -> None:
    """Answers on `listener` (bound) from a thread of its own."""
    serve_on(listener, _handler(api, invoke), "http-front")


def answer(request: Request, api: Api, invoke: Invoke) -> Response:
    """What an HTTP API would answer."""
    if len(request.body) > LARGEST_BODY:
        return own(413, "Request Entity Too Large")
    path = request.target.partition("?")[0]
    matched = api.match(request.method, path)
    if matched is None:
        return own(404, "Not Found")
    about = {"id": api.id, "account": api.account, "region": api.region, "stage": api.stage}
    event = json.dumps(event_of(request, about, *matched)).encode()
    if len(event) > LARGEST_PAYLOAD:
        return own(413, "Request Entity Too Large")
    payload, error = invoke(event, api.routes[matched[0]])
    if error == "Sandbox.Timedout":
        return own(503, "Service Unavailable")
    return response_of(payload, error or ("ResponseTooLarge" if len(payload) > LARGEST_PAYLOAD else ""))


def _pattern(path: str) -> re.Pattern[str]:
    """A route's path as an expression: {name} is one part, {name+} the rest."""
    parts = re.split(r"(\{[^}]+\})", path)
    return re.compile("".join(_variable(part) if part.startswith("{") else re.escape(part) for part in parts))


def _variable(part: str) -> str:
    name = part.strip("{}")
    return f"(?P<{name[:-1]}>.+)" if name.endswith("+") else f"(?P<{name}>[^/]+)"


def _handler(api: Api, invoke: Invoke) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 60
        server_version, sys_version = "local-http-api", ""

        def _serve(self) -> None:
            try:
                body = self._body()
            except ValueError:
                self.close_connection = True
                return self._send(own(400, "Bad Request"))
            if body is None:
                self.close_connection = True
                return self._send(own(413, "Request Entity Too Large"))
            headers = list(self.headers.items())
            source = self.client_address[0]
            request = Request(self.command, self.path, headers, body, source, self.request_version)
            return self._send(answer(request, api, invoke))

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve  # noqa: N815

        def _body(self) -> bytes | None:
            """The body; None where it is larger than the gateway takes."""
            if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
                return read_chunks(self.rfile, LARGEST_BODY)
            length = int(self.headers.get("Content-Length") or 0)
            if length < 0:
                raise ValueError("a negative length")
            return self.rfile.read(length) if length <= LARGEST_BODY else None

        def _send(self, response: Response) -> None:
            self.send_response(response.status)
            for name, value in response.headers:
                self.send_header(name, value)
            self.send_header("apigw-requestid", uuid.uuid4().hex[:15] + "=")
            without = response.status in (204, 304) or response.status < 200
            if not without:
                self.send_header("content-length", str(len(response.body)))
            if self.close_connection:
                self.send_header("connection", "close")
            self.end_headers()
            if not without and self.command != "HEAD":
                self.wfile.write(response.body)

        def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
            """A request that is no HTTP: the gateway's own words, and the end of the connection."""
            self.close_connection = True
            self.request_version = "HTTP/1.1"  # else http.server takes it for 0.9 and sends no status line
            self._send(own(code, message or "Bad Request"))

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
