"""Tells what a start is waiting for, when it takes longer than a start should."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

log = logging.getLogger("inference.hosts")

FIRST_SECONDS = 3.0
LONGEST_SECONDS = 60.0


@contextmanager
def told_when_slow(
    missing: Callable[[], Sequence[str]], first_seconds: float = FIRST_SECONDS
) -> Iterator[None]:
    """While the block runs: a line after `first_seconds`, then ever more rarely, naming what is missing."""
    done = threading.Event()
    started = time.monotonic()

    def tell() -> None:
        wait = first_seconds
        while not done.wait(wait):
            wait = min(2 * wait, LONGEST_SECONDS)
            what = ", ".join(missing()) or "the last steps"
            log.warning("not ready after %d s: waiting for %s", round(time.monotonic() - started), what)

    teller = threading.Thread(target=tell, name="slow start", daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()
