"""A thin proxy between the engine and the local AWS: it can fail one call, and gives back what moto forgets.

moto drops a few arguments that AWS returns; the engine would show them as a difference for ever. What is
remembered here is named in `FORGOTTEN` and printed with the run, so that nobody takes it for moto's.
"""

import http.client
import json
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

# CreateFunction and UpdateFunctionConfiguration take it, GetFunction has to tell it; moto 5.2.5 does not.
FORGOTTEN = "Lambda LoggingConfig"
FUNCTION = re.compile(r"^/2015-03-31/functions(?:/([^/?]+))?")
IN_XML = frozenset({"elasticloadbalancing", "iam", "s3", "sns"})
HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "keep-alive", "expect"})


@dataclass
class Fault:
    """A call that fails: the service it is signed for, and its action (for Lambda and S3 "POST /path")."""

    service: str
    action: str
    status: int = 400
    code: str = "AccessDeniedException"
    message: str = "injected by the test"
    hits: int = 0


class Proxy:
    """Serves on a free port of this machine; `fault` is the call that fails at the moment, if any."""

    def __init__(self, target: str) -> None:
        self.fault: Fault | None = None
        self._target = urlsplit(target).netloc
        self._logging: dict[str, Any] = {}
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Frees the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """The answer to one request: the fault, or what the AWS behind says, completed."""
        fault = self.fault
        if fault and _matches(fault, method, path, headers, body):
            fault.hits += 1
            return fault.status, *_error(fault)
        connection = http.client.HTTPConnection(self._target, timeout=120)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
            # A HEAD tells the length of what it does not send; everything else is measured again.
            dropped = HOP_BY_HOP if method == "HEAD" else HOP_BY_HOP | {"content-length"}
            kept = [(k, v) for k, v in response.getheaders() if k.lower() not in dropped]
            if response.status < 300:
                content = self._completed(method, path, body, content)
            return response.status, kept, content
        finally:
            connection.close()

    def _completed(self, method: str, path: str, body: bytes, content: bytes) -> bytes:
        found = FUNCTION.match(path)
        if not found:
            return content
        if method in ("POST", "PUT") and b'"LoggingConfig"' in body:
            sent = json.loads(body)
            self._logging[found[1] or sent["FunctionName"]] = sent["LoggingConfig"]
        if method == "DELETE" and "?" not in path:
            self._logging.pop(found[1], None)
        try:
            said = json.loads(content)
        except ValueError:
            return content
        function = said.get("Configuration", said) if isinstance(said, dict) else {}
        logging = self._logging.get(function.get("FunctionName", ""))
        if logging is None:
            return content
        function["LoggingConfig"] = logging
        return json.dumps(said).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {key: value for key, value in self.headers.items() if key.lower() not in HOP_BY_HOP}
        status, kept, content = self.proxy.answer(self.command, self.path, headers, body)
        self.send_response_only(status)
        for key, value in kept:
            self.send_header(key, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _serve  # noqa: N815 - the base class's names


def _matches(fault: Fault, method: str, path: str, headers: dict[str, str], body: bytes) -> bool:
    lower = {key.lower(): value for key, value in headers.items()}
    scope = lower.get("authorization", "").partition("Credential=")[2].split("/")
    if len(scope) < 4 or scope[3] != fault.service:
        return False
    named = f"Action={fault.action}&".encode() in body or lower.get("x-amz-target", "").endswith(fault.action)
    return named or fault.action == f"{method} {path.partition('?')[0].rstrip('/')}"


def _error(fault: Fault) -> tuple[list[tuple[str, str]], bytes]:
    """The error in the words of the service's protocol."""
    if fault.service not in IN_XML:
        text = json.dumps({"__type": fault.code, "message": fault.message})
        return [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("x-amzn-ErrorType", fault.code),
        ], text.encode()
    text = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{fault.code}</Code>"
        f"<Message>{fault.message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    )
    return [("Content-Type", "text/xml")], text.encode()
