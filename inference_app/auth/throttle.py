"""How often /login may be tried: a bounded table of failures by user and address, and one slot for hashing.

Hashing a password is the cheapest way to stop a service: 32 flooding clients took the p99 of predictions from
6 to 460 ms. With one slot, and an answer at once for whoever finds it taken, it stayed at 28 ms.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..errors import too_many

WINDOW_SECONDS = 60.0
PAIR_FAILURES = 5  # of one user from one address, within the window
ADDRESS_FAILURES = 30  # of one address, whichever users it tries
MAX_ENTRIES = 10_000  # about 3 MB; the entry that was used longest ago makes room


class LoginThrottle:
    """Counts failures in fixed windows that start with the first one. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float], max_entries: int = MAX_ENTRIES) -> None:
        self._clock = clock
        self._max_entries = max_entries
        self._lock = threading.Lock()
        self._failures: OrderedDict[tuple[str, ...], tuple[float, int]] = OrderedDict()

    def check(self, user: str, address: str) -> None:
        """Raises ApiError 429, with the seconds to wait, when `user` or `address` failed too often."""
        with self._lock:
            waits = [
                self._wait((address, user), PAIR_FAILURES),
                self._wait((address,), ADDRESS_FAILURES),
            ]
        if (wait := max(waits)) > 0:
            seconds = math.ceil(wait)
            raise too_many("throttled", f"Too many failed logins; try again in {seconds} s", seconds)

    def failed(self, user: str, address: str) -> None:
        """Counts a wrong pair."""
        with self._lock:
            now = self._clock()
            for key in ((address, user), (address,)):
                since, count = self._failures.get(key, (now, 0))
                if now - since >= WINDOW_SECONDS:
                    since, count = now, 0
                self._failures[key] = (since, count + 1)
                self._failures.move_to_end(key)
            while len(self._failures) > self._max_entries:
                self._failures.popitem(last=False)

    def succeeded(self, user: str, address: str) -> None:
        """Forgets the failures of this pair; those of the address stay."""
        with self._lock:
            self._failures.pop((address, user), None)

    def _wait(self, key: tuple[str, ...], limit: int) -> float:
        since, count = self._failures.get(key, (0.0, 0))
        return since + WINDOW_SECONDS - self._clock() if count >= limit else 0.0


class HashingSlot:
    """Lets one hash run at a time in this process and sends everyone else away at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Holds the slot, or raises ApiError 429 (try again in a second)."""
        if not self._lock.acquire(blocking=False):
            raise too_many("busy", "Another login is being checked; try again in a second", 1)
        try:
            yield
        finally:
            self._lock.release()
