"""When to stop what: serve on after SIGTERM, then no new connections, then no connection at all.

A balancer goes on sending until it has seen /readyz fail a few times, so a task that closes its door at once
loses requests. `Drain` says what is due; the worker's loop does it.
"""

from __future__ import annotations

from collections.abc import Callable

FINISH_SECONDS = 60.0  # the longest that a request in flight is waited for; ECS kills before


class Drain:
    """The way down of one worker. `clock` gives monotonic seconds."""

    def __init__(self, serve_on_seconds: float, clock: Callable[[], float]) -> None:
        self._serve_on = serve_on_seconds
        self._clock = clock
        self._since: float | None = None

    def start(self) -> None:
        """SIGTERM came. A second one changes nothing."""
        if self._since is None:
            self._since = self._clock()

    @property
    def started(self) -> bool:
        """Whether SIGTERM came."""
        return self._since is not None

    @property
    def door_should_close(self) -> bool:
        """Whether the listener has been open for long enough."""
        return self._since is not None and self._clock() - self._since >= self._serve_on

    @property
    def patience_is_over(self) -> bool:
        """Whether requests in flight have been waited for long enough."""
        return self._since is not None and self._clock() - self._since >= self._serve_on + FINISH_SECONDS
