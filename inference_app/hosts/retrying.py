"""How long to wait before the next try: exponential, capped, full jitter (tasks do not try in step)."""

from __future__ import annotations

import random
from collections.abc import Callable

BASE_SECONDS = 0.25
CAP_SECONDS = 15.0


def wait_seconds(attempt: int, uniform: Callable[[float, float], float] = random.uniform) -> float:
    """Seconds to wait after failure number `attempt` (from 0): anything up to BASE·2^attempt, at most CAP."""
    return uniform(0.0, min(CAP_SECONDS, BASE_SECONDS * 2 ** min(attempt, 16)))
