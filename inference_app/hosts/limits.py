"""waitress's limits, and JSON in place of the errors that it writes itself.

waitress answers some requests without asking the application (malformed, too large). The classes below are
its own with a few lines changed, and its channel names them as class attributes for that purpose.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Callable
from typing import Any, ClassVar, cast

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask, WSGITask

from ..errors import ApiError
from ..serving.exchange import Recorder
from ..serving.limits import MAX_BODY_BYTES
from ..serving.messages import Request, error_answer, request_id

MAX_HEADER_BYTES = 16 * 1024
CONNECTIONS = 1000  # 100 by default: 200 slow clients are then a total outage
THREADS = 4
LINGER_SECONDS = 5.0  # how long a refused client may go on sending
IDLE_SECONDS = 75  # longer than the balancer's 60, or it meets closed connections

_FRAMING = re.compile(rb"\r\n(content-length|transfer-encoding):", re.IGNORECASE)
_CODES = {
    400: ("malformed_request", "The request is not well-formed HTTP"),
    413: ("body_too_large", f"A body of at most {MAX_BODY_BYTES} bytes expected"),
    431: ("headers_too_large", f"Headers of at most {MAX_HEADER_BYTES} bytes expected"),
    # 501 by the RFC; by our contract nothing that a client sends is a 5xx
    501: ("unsupported_transfer_encoding", "Only the transfer encoding chunked is supported"),
}


def adjustments(trusted_proxy_hops: int) -> dict[str, Any]:
    """waitress's settings (waitress.adjustments documents each)."""
    return {
        "threads": THREADS,
        "ident": None,
        "connection_limit": CONNECTIONS,
        "asyncore_use_poll": True,  # select() ends at 1,024 descriptors
        "channel_timeout": IDLE_SECONDS,
        "max_request_header_size": MAX_HEADER_BYTES,
        "max_request_body_size": MAX_BODY_BYTES + 1,  # waitress refuses from this size on
        # With a trusted proxy web/client.py takes X-Forwarded-For's last entry; waitress's own reading of
        # that
        # header answers a malformed one with an error in plain text.
        "clear_untrusted_proxy_headers": trusted_proxy_hops == 0,
    }


class StrictParser(HTTPRequestParser):
    """Refuses what two servers in a row could read differently (RFC 9112 6.1), and does not fall over an odd
    URI."""

    def parse_header(self, header_plus: bytes) -> None:
        """Parses the request line and the headers. Raises ParsingError, which becomes a 400."""
        framing = {match.group(1).lower() for match in _FRAMING.finditer(header_plus)}
        if len(framing) == 2:
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other")
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # an address like http://[::1 or a Content-Length of 5,000 digits
            raise ParsingError("The request line or a header cannot be read") from error
        if framing and self.version == "1.0" and b"transfer-encoding" in framing:
            raise ParsingError("HTTP/1.0 has no Transfer-Encoding")


class JsonErrorTask(ErrorTask):
    """waitress's own errors in the shape that every error has."""

    def execute(self) -> None:
        """Writes the answer and closes the connection after it."""
        request: Any = self.request
        error = request.error
        code, message = _CODES.get(error.code, ("internal_error", "The server failed on this request"))
        status = 400 if error.code == 501 else error.code
        if error.code == 400 and error.body:
            message = f"{message}: {error.body}"
        reply = error_answer(ApiError(status, code, message), request_id(None))
        self.status = f"{status} {error.reason if status == error.code else 'Bad Request'}"
        self.response_headers = [*self.response_headers, *reply.headers]
        self.set_close_on_finish()
        channel: Any = self.channel
        channel.refused = True
        self.content_length = len(reply.body)
        type(channel).note(
            Request(
                getattr(self.request, "command", ""), "", "", {}, b"", "", reply.header("X-Request-Id") or ""
            ),
            reply,
            time.time() - self.start_time,
        )
        self.write(reply.body)


class LingeringChannel(HTTPChannel):
    """A connection that, once it has refused a request, reads on for a while before it closes.

    A client that is still sending its body would otherwise get a reset and never see why it was refused.
    """

    parser_class = StrictParser
    error_task_class = JsonErrorTask
    note: ClassVar[Recorder]  # logs and counts what was refused
    refused = False  # set by JsonErrorTask
    lingers_until: float | None = None

    def handle_close(self) -> None:
        """Closes, or after a refusal closes our half first."""
        if self.refused and self.lingers_until is None and self.connected:
            with contextlib.suppress(OSError):
                cast(socket.socket, self.socket).shutdown(socket.SHUT_WR)
                self.lingers_until = time.monotonic() + LINGER_SECONDS
                self.will_close = False
                return
        super().handle_close()

    def readable(self) -> bool:
        """Whether to be told of data."""
        return self.lingers_until is not None or bool(super().readable())

    def writable(self) -> bool:
        """Whether to be called at once: while lingering only when the time is up."""
        if self.lingers_until is None:
            return bool(super().writable())
        return time.monotonic() >= self.lingers_until

    def handle_read(self) -> None:
        """Reads; while lingering into nothing. (`recv` closes at the end of the client's data.)"""
        if self.lingers_until is None:
            super().handle_read()
            return
        try:
            self.recv(self.adj.recv_bytes)
        except OSError:
            super().handle_close()

    def handle_write(self) -> None:
        """Writes; while lingering the time is up."""
        if self.lingers_until is None:
            super().handle_write()
        else:
            super().handle_close()


def make_channel(is_draining: Callable[[], bool], note: Recorder) -> type[HTTPChannel]:
    """The channel class of a server: our parser, our errors (told to `note`), and `Connection: close` while
    `is_draining`."""

    class DrainingTask(WSGITask):
        """An answer that tells the client not to come back on this connection, once we are stopping."""

        def build_response_header(self) -> bytes:
            """The status line and the headers."""
            if is_draining():
                self.set_close_on_finish()
            return super().build_response_header()

    class Channel(LingeringChannel):
        """One connection."""

        task_class = DrainingTask

    Channel.note = staticmethod(note)
    return Channel


def use_channel(server: BaseWSGIServer, is_draining: Callable[[], bool], note: Recorder) -> None:
    """Makes `server` open its connections with our channel class."""
    server.channel_class = make_channel(is_draining, note)
