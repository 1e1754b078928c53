"""One serving process: waitress or granian on the parent's socket, all reading in a thread of its own.

Liveness answers as soon as the loop runs; readiness when the models, the keys and the users are there.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time

from ..settings import Settings
from ..telemetry.notebook import Notebook
from .assembly import REFRESH_SECONDS, Application, assemble
from .board import Board
from .drain import Drain
from .pinning import pin
from .retrying import wait_seconds
from .slow_start import told_when_slow

log = logging.getLogger("inference.hosts")


def run_worker(settings: Settings, listener: socket.socket, board: Board, number: int, lifeline: int) -> None:
    """Serves until a drain has ended, or the parent is gone (`lifeline`: the read end of its pipe)."""
    board.mine = number
    if settings.pinning:
        pin(number, os.getppid())
    drain = Drain(settings.drain_seconds, time.monotonic)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides; a terminal sends it to all of us
    signal.signal(signal.SIGTERM, lambda *_: drain.start())
    threading.Thread(target=_die_with_parent, args=(lifeline,), name="lifeline", daemon=True).start()
    notebook = Notebook(board.my_page)
    notebook.start()
    application = assemble(settings, host=board, notebook=notebook)
    threading.Thread(
        target=_keep_fresh, args=(application, board, number), name="reader", daemon=True
    ).start()
    if settings.server == "granian":  # what one host imports, the other does not pay for
        from .granian_server import serve
    else:
        from .waitress_server import serve
    serve(application, settings, listener, board, drain)
    notebook.work_up()


def _keep_fresh(application: Application, board: Board, number: int) -> None:
    """Loads until all is there, then reads keys and users again from time to time, for as long as we live."""
    attempt = 0
    with told_when_slow(application.missing):
        while not _tried(application):
            time.sleep(wait_seconds(attempt))
            attempt += 1
    board.set_ready(number, True)
    log.info("ready (worker %d)", number)
    _ = application.flask  # whoever logs in or looks at the page first does not wait for its imports
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
