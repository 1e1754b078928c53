"""What the parent shares with its workers: who is ready, whether the host is stopping, and what they count.

One byte a worker and one for the host: single bytes need no lock. It answers /readyz for the whole host, so
that the balancer is not told "ready" by one process while another has no model yet.
"""

from __future__ import annotations

import mmap

from ..telemetry.pages import Page
from .accepting import Held


class Board:
    """Made by the parent before it forks. `mine` is the worker's number, None in the parent; `counted` says
    whether anybody will read what the workers count."""

    def __init__(self, workers: int, counted: bool = False) -> None:
        self._workers = workers
        self._page = mmap.mmap(-1, workers + 1)
        self.mine: int | None = None
        self.held = Held(workers)
        self.pages = [Page() for _ in range(workers)] if counted else []  # a worker's number → its counts

    def set_ready(self, worker: int, ready: bool) -> None:
        """Notes whether `worker` has all that it needs."""
        self._page[worker] = int(ready)

    def start_draining(self) -> None:
        """From now on the host is stopping; there is no way back."""
        self._page[self._workers] = 1

    @property
    def ready_workers(self) -> int:
        """How many workers are ready."""
        return sum(self._page[: self._workers])

    @property
    def draining(self) -> bool:
        """Whether the host was told to stop."""
        return self._page[self._workers] == 1

    @property
    def my_page(self) -> Page | None:
        """Where the worker that asks counts; None where nobody reads it."""
        return self.pages[self.mine] if self.pages and self.mine is not None else None

    @property
    def others_ready(self) -> bool:
        """Whether every worker but the one that asks is ready."""
        return all(self._page[worker] for worker in range(self._workers) if worker != self.mine)
