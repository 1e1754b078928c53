"""The Lambda Runtime API (2018-06-01) on a free port: hands events to one client and takes its answers.

docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. One client serves one event at a time; further events
wait in the order in which they came.
"""

import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from .ports import bind
from .serving import serve_on

VERSION = "/2018-06-01/runtime"


@dataclass
class Invocation:
    """One event on its way. `payload` is the answer; `error` says that it is an error object instead."""

    event: bytes
    arn: str
    seconds: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    payload: bytes = b""
    error: str = ""
    taken: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    def finish(self, payload: bytes, error: str = "") -> None:
        """Keeps the answer; whoever waits goes on."""
        self.payload, self.error = payload, error
        self.taken.set()
        self.done.set()


class RuntimeApi:
    """The server on `host`; `address` is what AWS_LAMBDA_RUNTIME_API holds."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._waiting: deque[Invocation] = deque()
        self._current: Invocation | None = None
        self._changed = threading.Condition()
        self._client = 0
        self.initialised = threading.Event()
        listener = bind(0, host)
        self.address = f"{host}:{listener.getsockname()[1]}"
        serve_on(listener, _handler(self), "lambda-runtime")

    def submit(self, invocation: Invocation) -> None:
        """Puts an event behind those that wait."""
        with self._changed:
            self._waiting.append(invocation)
            self._changed.notify_all()

    def withdraw(self, invocation: Invocation) -> None:
        """Takes back an event that nobody waits for any more."""
        with self._changed:
            if invocation in self._waiting:
                self._waiting.remove(invocation)

    @property
    def busy(self) -> bool:
        """Whether events wait."""
        return bool(self._waiting)

    def client_gone(self, message: str) -> None:
        """The client's process ended: what it had in hand, or never came to, is an error."""
        with self._changed:
            self._client += 1
            lost = self._current
            if lost is None and not self.initialised.is_set() and self._waiting:
                lost = self._waiting.popleft()
            self._current = None
            self.initialised.clear()
            self._changed.notify_all()
        if lost and not lost.done.is_set():
            lost.finish(error_payload("Runtime.ExitError", message), "Runtime.ExitError")

    def next(self) -> Invocation | None:
        """Waits for the next event; None when the client that asked is gone."""
        with self._changed:
            self.initialised.set()
            client = self._client
            self._changed.wait_for(lambda: self._waiting or self._client != client)
            if self._client != client:
                return None
            self._current = self._waiting.popleft()
        self._current.taken.set()
        return self._current

    def answer(self, invocation_id: str, payload: bytes, error: str = "") -> bool:
        """Takes the answer to the event in hand; False where that is another one."""
        with self._changed:
            invocation = self._current
            if invocation is None or invocation.id != invocation_id:
                return False
            self._current = None
        invocation.finish(payload, error)
        return True

    def initialisation_failed(self, payload: bytes, error: str) -> None:
        """The client could not start: the event that waits gets the error."""
        with self._changed:
            first = self._waiting.popleft() if self._waiting else None
        if first:
            first.finish(payload, error)


def error_payload(kind: str, message: str) -> bytes:
    """An error as the Runtime API spells it."""
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


def _handler(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            if self.path != f"{VERSION}/invocation/next":
                return self._send(404, {})
            invocation = api.next()
            if invocation is None:
                self.close_connection = True
                return None
            deadline = int((time.time() + invocation.seconds) * 1000)
            trace = f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0"
            headers = {
                "Lambda-Runtime-Aws-Request-Id": invocation.id,
                "Lambda-Runtime-Deadline-Ms": str(deadline),
                "Lambda-Runtime-Invoked-Function-Arn": invocation.arn,
                "Lambda-Runtime-Trace-Id": trace,
            }
            return self._send_bytes(200, invocation.event, headers)

        def do_POST(self) -> None:
            body = self._body()
            error = self.headers.get("Lambda-Runtime-Function-Error-Type") or "Function.Unknown"
            parts = self.path.removeprefix(VERSION).strip("/").split("/")
            if parts == ["init", "error"]:
                api.initialisation_failed(body, error)
                return self._send(202, {"status": "OK"})
            if len(parts) == 3 and parts[0] == "invocation" and parts[2] in ("response", "error"):
                if api.answer(parts[1], body, error if parts[2] == "error" else ""):
                    return self._send(202, {"status": "OK"})
                return self._send(
                    400, {"errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"}
                )
            return self._send(404, {})

        def _body(self) -> bytes:
            if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
                return read_chunks(self.rfile)
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))

        def _send(self, status: int, content: Mapping[str, Any]) -> None:
            self._send_bytes(status, json.dumps(content).encode(), {})

        def _send_bytes(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            all_headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
            for name, value in all_headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def read_chunks(stream: Any, limit: int = 64 * 1024 * 1024) -> bytes:
    """A body in chunked transfer coding. Raises ValueError for a malformed one or one above `limit`."""
    body = bytearray()
    while size := int(stream.readline().split(b";")[0].strip() or b"x", 16):
        if len(body) + size > limit:
            raise ValueError(f"more than {limit} bytes")
        body += stream.read(size)
        stream.readline()
    while stream.readline().strip():
        pass
    return bytes(body)
