"""One serving process: waitress on the parent's socket, all reading in a thread of its own.

Liveness answers as soon as the loop runs; readiness when the models, the keys and the users are there.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from typing import Any

from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from ..settings import Settings
from .assembly import REFRESH_SECONDS, Application, assemble
from .board import Board
from .drain import Drain
from .limits import adjustments, use_channel
from .retrying import wait_seconds

log = logging.getLogger("inference.hosts")

ROUND_SECONDS = 0.5  # how late the loop may notice that a drain has moved on


def run_worker(settings: Settings, listener: socket.socket, board: Board, number: int, lifeline: int) -> None:
    """Serves until a drain has ended, or the parent is gone (`lifeline`: the read end of its pipe)."""
    board.mine = number
    drain = Drain(settings.drain_seconds, time.monotonic)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides; a terminal sends it to all of us
    signal.signal(signal.SIGTERM, lambda *_: drain.start())
    threading.Thread(target=_die_with_parent, args=(lifeline,), name="lifeline", daemon=True).start()
    application = assemble(settings, host=board, page=board.my_page)
    threading.Thread(
        target=_keep_fresh, args=(application, board, number), name="reader", daemon=True
    ).start()
    _serve(application, listener, drain, board, settings.trusted_proxy_hops)


def _serve(
    application: Application, listener: socket.socket, drain: Drain, board: Board, trusted_proxy_hops: int
) -> None:
    connections: dict[int, socket.socket] = {}
    server = create_server(
        application.app, map=connections, sockets=[listener], **adjustments(trusted_proxy_hops)
    )
    assert isinstance(server, BaseWSGIServer)  # one socket, one server
    use_channel(server, lambda: board.draining, application.exchange.note)
    door_is_open = True
    while True:
        wasyncore.loop(timeout=ROUND_SECONDS, use_poll=True, map=connections, count=1)
        if not drain.started:
            continue
        if door_is_open and drain.door_should_close:
            wasyncore.dispatcher.close(
                server
            )  # the listener only; server.close() would take the loop's wake-up, too
            door_is_open = False
        if not door_is_open and (drain.patience_is_over or not _busy(server)):
            return


def _busy(server: BaseWSGIServer) -> bool:
    """Whether a request is being received, answered or sent."""
    channels: dict[int, Any] = vars(server)["active_channels"]  # its stub says otherwise
    return any(
        channel.requests or channel.request is not None or channel.total_outbufs_len
        for channel in channels.values()
    )


def _keep_fresh(application: Application, board: Board, number: int) -> None:
    """Loads until all is there, then reads keys and users again from time to time, for as long as we live."""
    attempt = 0
    while not _tried(application):
        time.sleep(wait_seconds(attempt))
        attempt += 1
    board.set_ready(number, True)
    log.info("ready (worker %d)", number)
    while True:
        time.sleep(REFRESH_SECONDS)
        application.refresh()


def _tried(application: Application) -> bool:
    try:
        return application.load()
    except Exception:  # the thread must live: without it the process would never become ready, silently
        log.exception("loading failed")
        return False


def _die_with_parent(lifeline: int) -> None:
    os.read(lifeline, 1)  # returns when the parent's end of the pipe closes, however it died
    os._exit(1)
