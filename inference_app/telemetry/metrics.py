"""The first metrics, as the parent knows them: it lives, so many workers do, one was restarted.

The Prometheus text format, written by hand while there are five lines of it.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass

from .. import __version__

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(slots=True)
class HostFigures:
    """What a host of several processes counts. `started_at` is seconds since 1970."""

    started_at: float
    workers: int
    alive: int = 0
    ready: int = 0
    restarts: int = 0
    draining: bool = False


def exposition(figures: HostFigures) -> bytes:
    """`figures` in the Prometheus text format."""
    version, python = __version__, platform.python_version()
    families = (
        ("inference_build_info", "gauge", "What runs", f'{{version="{version}",python="{python}"}}', 1),
        ("inference_start_time_seconds", "gauge", "When the host started", "", figures.started_at),
        ("inference_workers", "gauge", "Worker processes that should run", "", figures.workers),
        ("inference_workers_alive", "gauge", "Worker processes that run", "", figures.alive),
        ("inference_workers_ready", "gauge", "Worker processes with every model loaded", "", figures.ready),
        (
            "inference_worker_restarts_total",
            "counter",
            "Workers that died and came back",
            "",
            figures.restarts,
        ),
        ("inference_draining", "gauge", "1 from SIGTERM on", "", int(figures.draining)),
    )
    lines = [
        f"# HELP {name} {text}\n# TYPE {name} {kind}\n{name}{labels} {value}\n"
        for name, kind, text, labels, value in families
    ]
    return "".join(lines).encode()
