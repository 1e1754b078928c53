"""granian as a worker runs it: its RSGI server on a door of its own, beside an asyncio loop.

granian's own supervisor knows nothing of our readiness, drain and metrics; ours starts the same worker class
instead, so that both hosts have one parent. That class and the scheduler that it is given are granian's inner
ones: this is the only place that knows them, and requirements.in holds the minor version.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from asyncio.tasks import _enter_task, _leave_task
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from functools import partial
from typing import Any, TypeVarTuple, cast

from granian import _futures
from granian._granian import CallbackScheduler, RSGIWorker, SocketHolder, WorkerSignal
from granian.http import HTTP1Settings

from ..settings import Settings
from .assembly import Application
from .batch_policy import take_turns
from .board import Board
from .doors import open_door
from .drain import Drain
from .limits import BACKLOG, IDLE_SECONDS, THREADS, connection_limit
from .rsgi import RsgiApplication
from .rsgi_body import Bodies
from .rsgi_short import ShortBody, ShortRequests, Watcher

_Ts = TypeVarTuple("_Ts")

log = logging.getLogger("inference.hosts")

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
    """Serves `application` on the port that `listener` holds, until a drain has ended."""
    door = open_door(listener)
    loop = Loop()
    asyncio.set_event_loop(loop)
    bodies = Bodies()
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="slow")
    hops = settings.trusted_proxy_hops

    def is_draining() -> bool:
        return board.draining

    app = RsgiApplication(
        application, bodies, threads, is_draining, trusted_proxy_hops=hops, fast_path=settings.fast_path
    )
    short = None
    if settings.in_place:
        short = ShortRequests(application.exchange, bodies, threads, is_draining, hops)
    stop = _start(_scheduler(app, short, loop), door, loop, loop.stop)
    door_is_open, loaded = True, False

    def look() -> None:
        nonlocal door_is_open, loaded
        bodies.refuse_late_ones()
        if not loaded and application.services.loaded:
            loaded = True
            if settings.sched_batch and all(model.short for model in application.services.models.all()):
                take_turns()
        if drain.started:
            if door_is_open and drain.door_should_close:
                door_is_open = False
                stop()
            if drain.patience_is_over:
                loop.stop()
        loop.call_later(ROUND_SECONDS, look)

    loop.call_soon(look)
    loop.run_forever()


class Loop(asyncio.SelectorEventLoop):
    """asyncio's own, but that a short request's body is handled in granian's thread, which brings it."""

    _none: asyncio.Handle = cast(asyncio.Handle, None)  # granian does not look at it

    def call_soon_threadsafe(
        self, callback: Callable[[*_Ts], object], *args: *_Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Has `callback` called in the loop, or calls it."""
        if type(callback) is not ShortBody:
            return super().call_soon_threadsafe(callback, *args, context=context)
        callback(*args)
        return self._none


def _scheduler(app: RsgiApplication, short: ShortRequests | None, loop: Loop) -> Any:
    """What granian's thread calls with each request."""
    inner: Any = _futures
    make: Any = CallbackScheduler  # it has no stub
    start_task = inner._future_watcher_wrapper(app)
    scheduler: Any = make(loop, start_task, None, partial(_enter_task, loop), partial(_leave_task, loop))
    to_the_loop = inner._cbsched_aioschedule(loop, scheduler._ctx, start_task)

    def schedule(watcher: Watcher) -> None:
        try:
            if short is None or not short.take(watcher):
                to_the_loop(watcher)
        except Exception:  # granian would not tell; it answers 500 when nobody does
            log.exception("a request cannot be taken")

    scheduler._schedule_fn = schedule
    return scheduler


def _start(
    scheduler: Any, listener: socket.socket, loop: Loop, ended: Callable[[], Any]
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
    worker.serve_str(scheduler, loop, signal)
    return signal.set
