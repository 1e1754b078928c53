"""A listening socket for each worker on one port, among which the kernel spreads the connections.

granian takes whatever waits at a socket: of 64 clients that came at once to a shared one, one worker got
nearly all, and a core slept. With SO_REUSEPORT (socket(7)) each worker has a socket of its own, and gets its
share; one that dies gets no more. (waitress takes turns at the shared socket: accepting.py.)
"""

from __future__ import annotations

import socket

from .limits import BACKLOG


def reserve(listener: socket.socket) -> socket.socket:
    """A socket that only holds the port of `listener`, which was free and is closed."""
    address = listener.getsockname()
    listener.close()
    return _bound(address)


def open_door(reserved: socket.socket) -> socket.socket:
    """A worker's own listening socket on the port that `reserved` holds."""
    door = _bound(reserved.getsockname())
    reserved.close()
    door.listen(BACKLOG)
    return door


def _bound(address: tuple[str, int]) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    found.bind(address)
    return found
