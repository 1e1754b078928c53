"""One worker, one core: the threads of a process then never fight over Python's lock across cores.

Gain: a bare "hello" on waitress gave 1,700 to 4,700 requests/s with its threads on two cores, 15,000 with all
of them on one (Pylons/waitress#342 has the same); a forest on granian gives 3,600 and 6,300. PINNING=0
switches it off: where other programs want the same cores, the kernel may know better (`python -m
bench.switches`). A worker of granian that takes turns (batch_policy.py) is bound to none.
"""

from __future__ import annotations

import logging
import os

log = logging.getLogger("inference.hosts")


def pin(worker: int, parent: int) -> None:
    """Binds this process to one of the cores that it may use. Hosts that share a machine begin at different
    ones: at the number of their `parent` process."""
    cores = sorted(os.sched_getaffinity(0))
    try:
        os.sched_setaffinity(0, {cores[(parent + worker) % len(cores)]})
    except OSError as error:  # a sandbox may forbid it; slower is not broken
        log.warning("not pinned to a core: %s", error)
