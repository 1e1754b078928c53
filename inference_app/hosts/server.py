"""The host in a task: a parent and its workers, on one port that is bound before anything else happens.

The parent imports nothing heavy and starts no thread, because it forks. It owns the port, the signals and
METRICS_PORT; a worker that dies is replaced. SIGTERM: readiness fails, serving goes on for DRAIN_SECONDS,
then the door closes, what is in flight finishes, exit 0. SIGINT: everything stops at once.
"""

from __future__ import annotations

import errno
import logging
import os
import selectors
import signal
import socket
import sys
import time
from typing import NoReturn

from ..settings import Settings
from ..telemetry.exposition import HostFigures, exposition
from .board import Board
from .doors import reserve
from .limits import BACKLOG
from .metrics_port import MetricsPort

log = logging.getLogger("inference.hosts")

ROUND_SECONDS = 1.0
HEALTHY_SECONDS = 10.0  # a worker that lived for this long is replaced at once; others wait, longer each time
LONGEST_WAIT = 8.0
INTERRUPTED = 130  # 128 + SIGINT, as a shell would say it


class PortInUseError(Exception):
    """A port cannot be had; the message names it and the way out."""


def run_server(settings: Settings) -> int:
    """Serves until a signal. Returns the exit code. Raises PortInUseError."""
    listener = bind(settings.port, "PORT")
    if settings.server == "granian":
        listener = reserve(listener)
    metrics_listener = None if settings.metrics_port is None else bind(settings.metrics_port, "METRICS_PORT")
    return _Parent(settings, listener, metrics_listener).run()


def bind(port: int, key: str) -> socket.socket:
    """A listening socket on `port` of every address. Raises PortInUseError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("0.0.0.0", port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror})"
        raise PortInUseError(
            f"port {port} {reason}: stop what listens there, or set {key} to another port"
        ) from error
    return listener


class _Parent:
    def __init__(
        self, settings: Settings, listener: socket.socket, metrics_listener: socket.socket | None
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._board = Board(settings.workers, counted=settings.metrics and metrics_listener is not None)
        self._workers: dict[int, tuple[int, float]] = {}  # pid → number, start
        self._due: dict[int, float] = {}  # number → when it may start
        self._failures = [0] * settings.workers
        self._figures = HostFigures(time.time(), settings.workers, settings.server)
        self._stopping = False
        self._interrupted = False
        # Its write end lives in this process only: when that is gone, however it went, every worker reads its
        # end.
        self._lifeline, self._lifeline_of_parent = os.pipe()
        # Not epoll: its registrations are shared with a forked child, who would take them from us by closing
        # up.
        self._selector = selectors.PollSelector()
        self._wake, self._waker = socket.socketpair()
        for end in (self._wake, self._waker):
            end.setblocking(False)
        self._selector.register(self._wake, selectors.EVENT_READ, self._drain_wake)
        self._metrics = None
        if metrics_listener is not None:
            self._metrics = MetricsPort(metrics_listener, self._selector, self._exposition, time.monotonic)

    def run(self) -> int:
        signal.signal(signal.SIGTERM, self._on_term)
        signal.signal(signal.SIGINT, self._on_interrupt)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake the loop
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._due = dict.fromkeys(range(self._settings.workers), 0.0)
        log.info("serving on port %d with %d worker(s)", self._settings.port, self._settings.workers)
        while not self._interrupted and not (self._stopping and not self._workers):
            self._start_what_is_due()
            for key, _ in self._selector.select(ROUND_SECONDS):
                key.data()
            if self._metrics is not None:
                self._metrics.close_late_clients()
            self._reap()
        if self._interrupted:
            for pid in self._workers:
                os.kill(pid, signal.SIGKILL)
            return INTERRUPTED
        log.info("drained")
        return 0

    def _on_term(self, *_: object) -> None:
        if self._stopping:
            return
        self._stopping = True
        self._board.start_draining()
        log.info("SIGTERM: serving on for %d s", self._settings.drain_seconds)
        self._listener.close()  # the workers keep theirs; the door is closed when the last of them closes it
        for pid in self._workers:
            os.kill(pid, signal.SIGTERM)

    def _on_interrupt(self, *_: object) -> None:
        self._interrupted = True

    def _drain_wake(self) -> None:
        self._wake.recv(4096)

    def _start_what_is_due(self) -> None:
        now = time.monotonic()
        for number in [number for number, due in self._due.items() if due <= now and not self._stopping]:
            del self._due[number]
            self._start(number)

    def _start(self, number: int) -> None:
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            self._be_worker(number)
        self._workers[pid] = (number, time.monotonic())

    def _be_worker(self, number: int) -> NoReturn:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(self._lifeline_of_parent)
            if self._metrics is not None:
                self._metrics.close()
            self._selector.close()
            self._wake.close()
            self._waker.close()
            from .worker import run_worker  # the parent stays small: what serving imports, a worker imports

            run_worker(self._settings, self._listener, self._board, number, self._lifeline)
            code = 0
        except BaseException:
            log.exception("worker %d failed", number)
        finally:
            sys.stdout.flush()
            os._exit(code)

    def _reap(self) -> None:
        for pid in list(self._workers):
            done, status = os.waitpid(pid, os.WNOHANG)
            if not done:
                continue
            number, started = self._workers.pop(pid)
            self._board.set_ready(number, False)
            self._board.held.note(number, 0)
            if self._stopping:
                continue
            lived = time.monotonic() - started
            self._failures[number] = 0 if lived >= HEALTHY_SECONDS else self._failures[number] + 1
            wait = (
                0.0 if self._failures[number] <= 1 else min(LONGEST_WAIT, 0.25 * 2 ** self._failures[number])
            )
            self._due[number] = time.monotonic() + wait
            self._figures.restarts += 1
            log.error("worker %d ended (%s) and is replaced", number, _how(status))

    def _exposition(self, accept: str) -> tuple[str, bytes]:
        self._figures.alive = len(self._workers)
        self._figures.ready = self._board.ready_workers
        self._figures.draining = self._stopping
        return exposition(self._figures, self._board.pages, accept)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else f"signal {-code}"
