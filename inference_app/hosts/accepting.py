"""How many new connections a worker takes at once: up to 64, as long as it has no more than its share.

waitress takes one in each round of its loop: of 1,000 clients that came at once 483 waited for over 3 s, with
64 a round none did (`hey -c 1000 -n 20000 -t 5`). The workers share one socket, so that whoever is quicker
could take them all, and one core would serve while another sleeps: each notes how many it holds, and one that
is ahead takes one a round.
"""

from __future__ import annotations

import mmap

AT_ONCE = 64
AHEAD = 4  # connections more than the worker with the fewest


class Held:
    """How many connections each worker holds: a page of memory that the parent makes before it forks."""

    def __init__(self, workers: int) -> None:
        self._counts = memoryview(mmap.mmap(-1, max(1, workers) * 4)).cast("I")[:workers]

    def note(self, worker: int, count: int) -> None:
        """`worker` holds `count`; the parent says 0 when a worker has died."""
        self._counts[worker] = count

    def may_take(self, worker: int, taken: int) -> bool:
        """Whether `worker`, which took `taken` in this round, may take another."""
        if taken == 0:
            return True
        return taken < AT_ONCE and self._counts[worker] <= min(self._counts) + AHEAD
