"""granian as a worker runs it: its RSGI server on the parent's socket, in an asyncio loop.

granian's own supervisor binds a socket for each worker and knows nothing of our readiness, drain and metrics;
ours starts the same worker class instead, so that both hosts have one parent. The class is granian's inner
one: this is the only place that knows it, and requirements.in holds the minor version.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from granian import _futures
from granian._granian import RSGIWorker, SocketHolder, WorkerSignal
from granian.http import HTTP1Settings

from ..settings import Settings
from .assembly import Application
from .board import Board
from .drain import Drain
from .limits import BACKLOG, IDLE_SECONDS, THREADS, connection_limit
from .rsgi import RsgiApplication
from .rsgi_body import Bodies

ROUND_SECONDS = 0.25  # how late the loop may notice that a drain has moved on, or that a client is late
BUFFER_BYTES = 64 * 1024  # of a connection; granian itself refuses headers that do not fit, without a body
NO_TLS: tuple[Any, ...] = (False, None, None, None, "tls1.3", None, [], False)
NO_METRICS = (None, None)  # of granian; ours are the parent's


def serve(
    application: Application,
    settings: Settings,
    listener: socket.socket,
    board: Board,
    drain: Drain,
) -> None:
    """Serves `application` until a drain has ended."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    bodies = Bodies(loop)
    _ = application.app  # made before the first request that needs it
    app = RsgiApplication(
        application,
        bodies,
        ThreadPoolExecutor(THREADS, thread_name_prefix="slow"),
        lambda: board.draining,
        trusted_proxy_hops=settings.trusted_proxy_hops,
        fast_path=settings.fast_path,
        in_place=settings.in_place,
    )
    stop = _start(app, listener, loop, loop.stop)
    door_is_open = True

    def look() -> None:
        nonlocal door_is_open
        bodies.refuse_late_ones()
        if drain.started:
            if door_is_open and drain.door_should_close:
                door_is_open = False
                stop()
            if drain.patience_is_over:
                loop.stop()
        loop.call_later(ROUND_SECONDS, look)

    loop.call_soon(look)
    loop.run_forever()


def _start(
    app: RsgiApplication, listener: socket.socket, loop: asyncio.AbstractEventLoop, ended: Callable[[], Any]
) -> Callable[[], None]:
    """Starts granian's threads. The function that it gives closes the door; when every request in flight has
    been answered after that, `ended` is called in the loop."""
    signal = WorkerSignal()
    signal.add_cb(lambda: loop.call_soon_threadsafe(ended))
    make_worker: Any = RSGIWorker  # its stub is of another version
    hold: Any = SocketHolder
    worker = make_worker(
        1,
        (None, hold(listener.detach(), False, BACKLOG)),  # it closes the socket itself
        None,
        1,  # thread for the network
        1,  # thread for what would block that one: files, which we do not send
        1,  # thread for Python: this one
        30,
        connection_limit(),
        "1",
        # The one time-out of granian's is for headers as well as for an idle connection: the balancer's rule.
        HTTP1Settings(header_read_timeout=IDLE_SECONDS * 1000, max_buffer_size=BUFFER_BYTES),
        None,
        False,  # websockets
        None,  # files
        *NO_TLS,
        NO_METRICS,
    )
    watched: Any = _futures
    scheduler = watched._new_cbscheduler(loop, watched._future_watcher_wrapper(app), impl_asyncio=True)
    worker.serve_str(scheduler, loop, signal)
    return signal.set
