"""The ports of this machine: taken before anything starts, so that a clash is told at once."""

import socket


class PortInUseError(Exception):
    """Somebody else listens on a port that is needed."""


def bind(port: int, host: str = "127.0.0.1") -> socket.socket:
    """A socket bound to `port`, not yet listening. Raises PortInUseError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # As servers do: a port whose last connections are still closing is free. One that is listened on is not.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortInUseError(f"port {port} is in use ({error.strerror})") from None
    return listener


def check_free(port: int) -> None:
    """Raises PortInUseError where a server could not listen on `port` of every address."""
    bind(port, "0.0.0.0").close()
    # A listener on the loopback address alone does not clash with every address on all systems.
    bind(port).close()


def free_port() -> int:
    """A port that nobody listens on."""
    with bind(0) as probe:
        return int(probe.getsockname()[1])
