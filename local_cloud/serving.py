"""A small HTTP server in threads of its own, on a socket that was bound before."""

import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of ours: no traceback between the lines that people read."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def serve_on(listener: socket.socket, handler: type[BaseHTTPRequestHandler], name: str) -> None:
    """Answers on `listener` (bound) with `handler`; the threads end with the process."""
    server = _Server(listener.getsockname(), handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.server_activate()
    threading.Thread(target=server.serve_forever, name=name, daemon=True).start()
