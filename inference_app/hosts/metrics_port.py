"""/metrics on a port of its own, answered by the parent from its own loop: no thread, so that it may fork.

One small answer a connection; a client has a moment to ask, and cannot hold up the loop that restarts
workers.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable

from ..telemetry.metrics import CONTENT_TYPE

ASK_SECONDS = 1.5
MAX_CLIENTS = 32
MAX_REQUEST = 8192


class MetricsPort:
    """Answers on `listener` with what `exposition` gives, as its descriptors become ready in `selector`."""

    def __init__(
        self,
        listener: socket.socket,
        selector: selectors.BaseSelector,
        exposition: Callable[[], bytes],
        clock: Callable[[], float],
    ) -> None:
        self._listener = listener
        self._selector = selector
        self._exposition = exposition
        self._clock = clock
        self._clients: dict[socket.socket, tuple[float, bytes]] = {}
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ, self._accept)

    def close_late_clients(self) -> None:
        """Closes whoever has not asked in time."""
        now = self._clock()
        for client in [client for client, (until, _) in self._clients.items() if until <= now]:
            self._drop(client)

    def close(self) -> None:
        """Closes everything, also in a forked child."""
        for client in list(self._clients):
            self._drop(client)
        self._selector.unregister(self._listener)
        self._listener.close()

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        if len(self._clients) >= MAX_CLIENTS:
            client.close()
            return
        client.setblocking(False)
        self._clients[client] = (self._clock() + ASK_SECONDS, b"")
        self._selector.register(client, selectors.EVENT_READ, lambda: self._read(client))

    def _read(self, client: socket.socket) -> None:
        until, asked = self._clients[client]
        try:
            received = client.recv(MAX_REQUEST)
        except OSError:
            received = b""
        asked += received
        if received and b"\r\n\r\n" not in asked and len(asked) < MAX_REQUEST:
            self._clients[client] = (until, asked)
            return
        if received:
            try:
                client.send(self._answer(asked))  # a few hundred bytes: they fit into the socket's buffer
                client.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        self._drop(client)

    def _answer(self, asked: bytes) -> bytes:
        words = asked.split(b"\r\n", 1)[0].split(b" ")
        path = words[1].split(b"?")[0] if len(words) == 3 else b""
        if words[0] not in (b"GET", b"HEAD") or path != b"/metrics":
            return _response(
                "404 Not Found", "application/json", b'{"error":"Only GET /metrics is here"}', words[0]
            )
        return _response("200 OK", CONTENT_TYPE, self._exposition(), words[0])

    def _drop(self, client: socket.socket) -> None:
        del self._clients[client]
        self._selector.unregister(client)
        client.close()


def _response(status: str, content_type: str, body: bytes, method: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + (b"" if method == b"HEAD" else body)
