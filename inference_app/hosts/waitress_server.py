"""waitress as a worker runs it: on the parent's socket, in a loop that knows deadlines and drains."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from ..serving.exchange import Recorder
from ..serving.limits import MAX_BODY_BYTES
from ..settings import Settings
from .accepting import Held
from .assembly import Application
from .board import Board
from .channel import Channel
from .drain import Drain
from .limits import BACKLOG, IDLE_SECONDS, MAX_HEADER_BYTES, THREADS, connection_limit
from .short_answers import ShortAnswers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ROUND_SECONDS = 0.5  # how late the loop may notice that a drain has moved on, or that a client is late
LATE_AT_ONCE = 64  # refused in one round, so that a thousand of them hold nobody up


def serve(
    application: Application, settings: Settings, listener: socket.socket, board: Board, drain: Drain
) -> None:
    """Serves `application` until a drain has ended."""
    assert board.mine is not None  # a worker's own
    server = Server(
        application.app,
        listener,
        adjustments(listener, settings.trusted_proxy_hops),
        board.held,
        board.mine,
        lambda: board.draining,
        application.exchange.note,
        ShortAnswers(application.exchange, settings.trusted_proxy_hops) if settings.in_place else None,
    )
    _run(server, drain)


def adjustments(listener: socket.socket, trusted_proxy_hops: int) -> Adjustments:
    """waitress's settings (waitress.adjustments documents each)."""
    return Adjustments(
        sockets=[listener],
        threads=THREADS,
        ident=None,
        backlog=BACKLOG,
        connection_limit=connection_limit(),  # 100 by default: 200 slow clients are then a total outage
        asyncore_use_poll=True,  # select() ends at 1,024 descriptors
        channel_timeout=IDLE_SECONDS,
        max_request_header_size=MAX_HEADER_BYTES,
        max_request_body_size=MAX_BODY_BYTES + 1,  # waitress refuses from this size on
        # With a trusted proxy web/client.py takes X-Forwarded-For's last entry; waitress's own reading of
        # that header answers a malformed one with an error in plain text.
        clear_untrusted_proxy_headers=trusted_proxy_hops == 0,
    )


class Server(TcpWSGIServer):
    """One worker's server. `is_draining` is asked with each answer; `note` logs and counts what is refused
    before the application is asked; what `short` takes (None: nothing) is answered in place, the rest in
    threads."""

    channel_class = Channel

    def __init__(
        self,
        app: WSGIApplication,
        listener: socket.socket,
        settings: Adjustments,
        held: Held,
        worker: int,
        is_draining: Callable[[], bool],
        note: Recorder,
        short: ShortAnswers | None,
    ) -> None:
        self.is_draining = is_draining
        self.note = note
        self._short = short
        self._waiting: deque[Channel] = deque()  # whose request is answered at the end of the round
        self._loop = threading.get_ident()
        self.sockets: dict[int, Any] = {}  # all that the loop looks at, by descriptor
        self._held = held
        self._worker = worker
        address = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            app,
            map=self.sockets,
            _sock=listener,
            adj=settings,
            sockinfo=cast(Any, address),
            bind_socket=False,
        )

    @property
    def channels(self) -> dict[int, Channel]:
        """The open connections, by descriptor."""
        return cast(dict[int, Channel], self.active_channels)  # its stub says otherwise

    def handle_accept(self) -> None:
        """Takes what waits at the door."""
        taken = 0
        while self._held.may_take(self._worker, taken):
            before = len(self.channels)
            super().handle_accept()
            if len(self.channels) == before:  # nobody waits
                return
            taken += 1
            self._held.note(self._worker, len(self.channels))

    def round(self) -> None:
        """One round of the loop: whatever became ready is read, answered or sent."""
        wasyncore.loop(timeout=ROUND_SECONDS, use_poll=True, map=self.sockets, count=1)
        while self._waiting:
            self._answer_in_place(self._waiting.popleft())
        self._held.note(self._worker, len(self.channels))

    def add_task(self, task: Any) -> None:
        """`task` is a channel that has a request: answered in place, or by a thread."""
        if (
            self._short is not None
            and threading.get_ident() == self._loop
            and self._short.takes(task.requests[0])
        ):
            self._waiting.append(task)
        else:
            super().add_task(task)

    def _answer_in_place(self, channel: Any) -> None:
        assert self._short is not None
        if channel.connected:
            channel.requests[0].reply = self._short.answer(channel.requests[0], channel.addr[0])
            if channel.requests[0].reply is None:
                super().add_task(channel)
                return
        channel.service()

    def pull_trigger(self) -> None:
        """Wakes the loop, unless it is the one that calls."""
        if threading.get_ident() != self._loop:
            super().pull_trigger()

    def refuse_late_clients(self, now: float) -> bool:
        """Refuses those whose request has had its time. True when there may be more of them."""
        late = [channel for channel in self.channels.values() if channel.is_late(now)]
        for channel in late[:LATE_AT_ONCE]:
            channel.refuse_as_late()
        return len(late) > LATE_AT_ONCE

    def close_door(self) -> None:
        """Takes no more connections; those that are open stay."""
        wasyncore.dispatcher.close(self)  # self.close() would take the loop's wake-up, too

    @property
    def busy(self) -> bool:
        """Whether a request is being received, answered or sent."""
        return any(
            channel.requests or channel.request is not None or channel.total_outbufs_len
            for channel in self.channels.values()
        )


def _run(server: Server, drain: Drain) -> None:
    """Runs `server` until a drain has ended."""
    door_is_open = True
    next_look = 0.0
    while True:
        server.round()
        now = time.monotonic()
        if now >= next_look and not server.refuse_late_clients(now):
            next_look = now + ROUND_SECONDS
        if not drain.started:
            continue
        if door_is_open and drain.door_should_close:
            server.close_door()
            door_is_open = False
        if not door_is_open and (drain.patience_is_over or not server.busy):
            return
