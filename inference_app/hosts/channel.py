"""waitress's connections, with our parser, our errors and our way to close.

waitress answers some requests without asking the application (malformed, too large, too slow). The classes
below are its own with a few lines changed, and its channel names them as class attributes for that purpose.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from typing import Any, cast

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error

from ..serving.messages import Request, error_answer, request_id
from .limits import LINGER_SECONDS, is_late, refusal
from .short_answers import ShortTask

_FRAMING = re.compile(rb"\r\n(content-length|transfer-encoding):", re.IGNORECASE)


class StrictParser(HTTPRequestParser):
    """Refuses what two servers in a row could read differently (RFC 9112 6.1), does not fall over an odd URI,
    and knows when the request began."""

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        """Parses the request line and the headers. Raises ParsingError, which becomes a 400."""
        framing = {name.lower() for name in _FRAMING.findall(header_plus)}
        if len(framing) == 2:
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other")
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # an address like http://[::1 or a Content-Length of 5,000 digits
            raise ParsingError("The request line or a header cannot be read") from error
        if framing and self.version == "1.0" and b"transfer-encoding" in framing:
            raise ParsingError("HTTP/1.0 has no Transfer-Encoding")


class TooSlowError(Error):
    """The deadline of a request has passed (HTTP 408)."""

    code = 408
    reason = "Request Timeout"


class JsonErrorTask(ErrorTask):
    """waitress's own errors in the shape that every error has."""

    def execute(self) -> None:
        """Writes the answer and closes the connection after it."""
        request: Any = self.request
        channel: Any = self.channel
        error = request.error
        refused = refusal(error.code, error.body if error.code == 400 else "")
        reply = error_answer(refused, request_id(getattr(request, "headers", {}).get("X_REQUEST_ID")))
        self.status = f"{reply.status} {error.reason if reply.status == error.code else 'Bad Request'}"
        self.response_headers = [*self.response_headers, *reply.headers]
        self.set_close_on_finish()
        channel.lingers = error.code != TooSlowError.code  # who was too slow is not waited for again
        self.content_length = len(reply.body)
        channel.server.note(
            Request(getattr(request, "command", ""), "", "", {}, b"", "", reply.header("X-Request-Id") or ""),
            reply,
            time.time() - self.start_time,
        )
        self.write(reply.body)


class DrainingTask(WSGITask):
    """An answer that tells the client not to come back on this connection, once the host is stopping."""

    def build_response_header(self) -> bytes:
        """The status line and the headers."""
        channel: Any = self.channel
        if channel.server.is_draining():
            self.set_close_on_finish()
        return super().build_response_header()


def _task(channel: HTTPChannel, request: Any) -> WSGITask:
    return (DrainingTask if getattr(request, "reply", None) is None else ShortTask)(channel, request)


class Channel(HTTPChannel):
    """A connection of `waitress_server.Server`: refuses whoever is late, lingers after a refusal."""

    parser_class = StrictParser
    error_task_class = JsonErrorTask
    task_class = cast(Any, staticmethod(_task))
    lingers = False  # set by JsonErrorTask

    def is_late(self, now: float) -> bool:
        """Whether the request that is being received has had its time."""
        request: Any = self.request
        if request is None:
            return False
        if self.requests:  # it waits behind one that we are answering; we do not read meanwhile
            request.began = now
            return False
        return is_late(now - request.began, request.body_bytes_received)

    def refuse_as_late(self) -> None:
        """Answers 408, in the shape that every error has, and closes."""
        request: Any = self.request
        self.request = None
        request.error = TooSlowError("")
        cast(list[Any], self.requests).append(request)
        self.server.add_task(cast(Any, self))

    def handle_close(self) -> None:
        """Closes; after a refusal our half only, and what the client still sends is read into nothing."""
        if self.lingers and self.connected:
            with contextlib.suppress(OSError):
                connection = cast(socket.socket, self.socket)
                connection.shutdown(socket.SHUT_WR)
                Lingering(connection.dup(), cast(Any, self.server).sockets)
        super().handle_close()


class Lingering(wasyncore.dispatcher):
    """What is left of a refused connection: it reads on for a while before it closes.

    A client that is still sending its body would otherwise get a reset and never see why it was refused.
    """

    def __init__(self, connection: socket.socket, sockets: dict[int, Any]) -> None:
        super().__init__(connection, map=sockets)
        self._until = time.monotonic() + LINGER_SECONDS

    def readable(self) -> bool:
        """Always: to read into nothing."""
        return True

    def writable(self) -> bool:
        """When the time is up: to be called at once."""
        return time.monotonic() >= self._until

    def handle_read(self) -> None:
        """Reads into nothing. (`recv` closes at the end of the client's data.)"""
        try:
            self.recv(65536)
        except OSError:
            self.close()

    def handle_write(self) -> None:
        """The time is up."""
        self.close()

    def handle_close(self) -> None:
        """The client has closed."""
        self.close()
