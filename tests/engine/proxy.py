"""A thin proxy between the engine and the local AWS: a step can let one call fail, and repositories of images
have the address of a registry that is there.
"""

import http.client
import json
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

IN_XML = frozenset({"elasticloadbalancing", "iam", "s3", "sns"})
ECR = re.compile(rb"[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com")
HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "keep-alive", "expect"})

Headers = dict[str, str]
Answer = tuple[int, list[tuple[str, str]], bytes]


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
    """Serves on a free port of this machine; `fault` is the call that fails at the moment, if any.

    moto's ECR names addresses behind which nothing is; where there is a `registry`, it is named instead.
    """

    def __init__(self, target: str, registry: str | None = None) -> None:
        self.fault: Fault | None = None
        self._registry = registry
        self._target = urlsplit(target).netloc
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Frees the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, path: str, headers: Headers, body: bytes) -> Answer:
        """The answer to one request: the fault, or what the AWS behind says."""
        fault = self.fault
        if fault and _matches(fault, method, path, headers, body):
            fault.hits += 1
            return _error(fault)
        connection = http.client.HTTPConnection(self._target, timeout=120)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
            # A HEAD tells the length of what it does not send; everything else is measured again.
            dropped = HOP_BY_HOP if method == "HEAD" else HOP_BY_HOP | {"content-length"}
            kept = [(key, value) for key, value in response.getheaders() if key.lower() not in dropped]
            if self._registry and _service(headers) == "ecr":
                content = ECR.sub(self._registry.encode(), content)
            return response.status, kept, content
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    # An update opens dozens of connections at once; the standard five would be refused.
    request_queue_size = 128
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave together: two small packets wait 40 ms for each other.
    disable_nagle_algorithm = True
    wbufsize = -1
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


def _matches(fault: Fault, method: str, path: str, headers: Headers, body: bytes) -> bool:
    if _service(headers) != fault.service:
        return False
    target = _lower(headers).get("x-amz-target", "")
    named = f"Action={fault.action}&".encode() in body or target.endswith(fault.action)
    return named or fault.action == f"{method} {path.partition('?')[0].rstrip('/')}"


def _service(headers: Headers) -> str:
    """The service that the request is signed for."""
    scope = _lower(headers).get("authorization", "").partition("Credential=")[2].split("/")
    return scope[3] if len(scope) > 3 else ""


def _lower(headers: Headers) -> Headers:
    return {key.lower(): value for key, value in headers.items()}


def _error(fault: Fault) -> Answer:
    """The error in the words of the service's protocol."""
    if fault.service not in IN_XML:
        text = json.dumps({"__type": fault.code, "message": fault.message})
        kind = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", fault.code)]
        return fault.status, kind, text.encode()
    text = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{fault.code}</Code>"
        f"<Message>{fault.message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    )
    return fault.status, [("Content-Type", "text/xml")], text.encode()
