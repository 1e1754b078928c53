"""/metrics on a port of its own, answered by the parent from its own loop: no thread, so that it may fork.

One answer a connection; a client has a moment to ask and to read, and cannot hold up the loop that restarts
workers.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass

ASK_SECONDS = 1.5
MAX_CLIENTS = 32
MAX_REQUEST = 8192

Exposition = Callable[[str], tuple[str, bytes]]  # from the header Accept to the content type and the text


@dataclass(slots=True)
class _Client:
    until: float
    asked: bytes = b""
    answer: memoryview | None = None


class MetricsPort:
    """Answers on `listener` with what `exposition` gives, as its descriptors become ready in `selector`."""

    def __init__(
        self,
        listener: socket.socket,
        selector: selectors.BaseSelector,
        exposition: Exposition,
        clock: Callable[[], float],
    ) -> None:
        self._listener = listener
        self._selector = selector
        self._exposition = exposition
        self._clock = clock
        self._clients: dict[socket.socket, _Client] = {}
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ, self._accept)

    def close_late_clients(self) -> None:
        """Closes whoever has not asked and read in time."""
        now = self._clock()
        for connection in [known for known, client in self._clients.items() if client.until <= now]:
            self._drop(connection)

    def close(self) -> None:
        """Closes everything, also in a forked child."""
        for connection in list(self._clients):
            self._drop(connection)
        self._selector.unregister(self._listener)
        self._listener.close()

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        if len(self._clients) >= MAX_CLIENTS:
            connection.close()
            return
        connection.setblocking(False)
        self._clients[connection] = _Client(self._clock() + ASK_SECONDS)
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._read(connection))

    def _read(self, connection: socket.socket) -> None:
        client = self._clients[connection]
        try:
            received = connection.recv(MAX_REQUEST)
        except OSError:
            received = b""
        client.asked += received
        if not received:
            self._drop(connection)
        elif b"\r\n\r\n" in client.asked or len(client.asked) >= MAX_REQUEST:
            client.answer = memoryview(self._answer(client.asked))
            client.until = self._clock() + ASK_SECONDS
            self._selector.modify(connection, selectors.EVENT_WRITE, lambda: self._write(connection))
            self._write(connection)

    def _write(self, connection: socket.socket) -> None:
        client = self._clients[connection]
        assert client.answer is not None
        try:
            client.answer = client.answer[connection.send(client.answer) :]
            if not client.answer:
                connection.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            return
        except OSError:
            client.answer = memoryview(b"")
        if not client.answer:
            self._drop(connection)

    def _answer(self, asked: bytes) -> bytes:
        first, *headers = asked.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
        words = first.split(b" ")
        path = words[1].split(b"?")[0] if len(words) == 3 else b""
        if words[0] not in (b"GET", b"HEAD") or path != b"/metrics":
            return _response(
                "404 Not Found", "application/json", b'{"error":"Only GET /metrics is here"}', words[0]
            )
        accept = next((line[7:] for line in headers if line[:7].lower() == b"accept:"), b"")
        return _response("200 OK", *self._exposition(accept.decode("latin-1").strip()), words[0])

    def _drop(self, connection: socket.socket) -> None:
        del self._clients[connection]
        self._selector.unregister(connection)
        connection.close()


def _response(status: str, content_type: str, body: bytes, method: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + (b"" if method == b"HEAD" else body)
