"""A worker's threads take turns: one that is woken waits until the one that runs has done what it can.

Under Linux's policy SCHED_BATCH (sched(7)) a thread that is woken does not interrupt. granian's network
thread then hands over all that has come, and Python's thread answers all of it, where each request cost four
switches between the two. Gain: 85 µs of processor time a request in place of 111 (`python -m bench.switches
--host granian`); SCHED_BATCH=0 switches it off. waitress answers short requests in one thread and gains
nothing.
"""

from __future__ import annotations

import logging
import os

log = logging.getLogger("inference.hosts")


def take_turns() -> None:
    """Sets the policy for this thread and those that it will start."""
    try:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    except OSError as error:  # a sandbox may forbid it; slower is not broken
        log.warning("without SCHED_BATCH: %s", error)
