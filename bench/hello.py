"""A bare "hello" on the host of this project: same processes, same pinning, same connection settings."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterable
from typing import Any

BODY = b'{"prediction":[1],"probability":[[0.30591948992880880,0.69408051007119120]],"model":"flight_delay"}'


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Reads the body, answers what a prediction would weigh."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))])
    return [BODY]


async def rsgi(scope: Any, protocol: Any) -> None:  # noqa: ARG001 - RSGI's own signature
    """The same for granian."""
    await protocol()
    protocol.response_bytes(200, [("content-type", "application/json")], BODY)


def waitress_host(port: int, workers: int) -> None:
    """waitress with the project's settings around `application`."""
    from waitress.server import create_server

    from inference_app.hosts.limits import BACKLOG, IDLE_SECONDS, THREADS, connection_limit

    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(BACKLOG)
    cores = sorted(os.sched_getaffinity(0))
    for number in range(workers):
        if os.fork() == 0:
            os.sched_setaffinity(0, {cores[number % len(cores)]})
            create_server(
                application,
                sockets=[listener],
                threads=THREADS,
                ident=None,
                backlog=BACKLOG,
                connection_limit=connection_limit(),
                asyncore_use_poll=True,
                channel_timeout=IDLE_SECONDS,
            ).run()
            os._exit(0)
    os.wait()


def granian_host(port: int, workers: int) -> None:
    """granian with the same number of processes, on any core as ours are where every model is short."""
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        "bench.hello:rsgi",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        log_enabled=False,
    )
    server.serve()


if __name__ == "__main__":
    {"waitress": waitress_host, "granian": granian_host}[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
