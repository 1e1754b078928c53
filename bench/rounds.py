"""Interleaved rounds: in each, every server is started, checked against scikit-learn, loaded and stopped."""

from __future__ import annotations

import base64
import json
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import workloads
from .comparisons import Comparison, rows_of
from .load import wrk
from .models import folder_of
from .peers import Bench
from .server import Server, check, running

WARM_SECONDS = 1.0


def run(comparisons: Sequence[Comparison], rounds: int, seconds: float) -> list[dict[str, Any]]:
    """Every figure of every run, in the order in which they were taken."""
    figures: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for comparison in comparisons:
            bench = prepare(comparison, Path(folder))
            servers = comparison.servers(bench)
            print(f"\n{comparison.title}", flush=True)
            for number in range(rounds):
                turn = number % len(servers)  # nobody is always the first, on a machine that warms up
                for server in [*servers[turn:], *servers[:turn]]:
                    figures += _one(comparison, server, bench, number, seconds)
    return figures


def _one(
    comparison: Comparison, server: Server, bench: Bench, number: int, seconds: float
) -> list[dict[str, Any]]:
    rows = rows_of(comparison)
    ask = comparison.ask(server.name, rows)
    headers = workloads.token(bench.key)
    log = bench.folder / "server.log"
    found = []
    with running(server, ask, headers, log) as live:
        if not server.name.startswith("hello"):
            check(server, live.port, ask, headers, _expected(comparison, rows))
        url = f"http://127.0.0.1:{live.port}{ask.path}"
        sent = {**headers, "Content-Type": ask.content_type}
        memory = live.memory_mib
        wrk(url, sent, ask.body, comparison.connections[0], WARM_SECONDS)
        for connections in comparison.connections:
            load = wrk(url, sent, ask.body, connections, seconds)
            print(
                f"  round {number + 1}  {server.name:<40} c{connections:<5}{load.per_second:10,.0f}/s "
                f"p99 {load.p99:8.1f} ms  refused {load.refused} lost {load.lost}",
                flush=True,
            )
            found.append(
                {
                    "comparison": comparison.name,
                    "server": server.name,
                    "connections": connections,
                    "round": number,
                    "ready_seconds": round(live.ready_seconds, 2),
                    "memory_mib": round(memory, 1),
                    **load.as_json(),
                }
            )
    return found


def _expected(comparison: Comparison, rows: list[list[float]]) -> Any:
    if comparison.model == "image":
        import io

        from PIL import Image

        # As the manifest says: grey, 8 by 8, 255 becomes 16.
        with Image.open(io.BytesIO(workloads.picture())) as picture:
            small = picture.resize((8, 8), Image.Resampling.BOX)
        array = np.asarray(small, dtype=np.float64).reshape(1, -1) * (16 / 255)
    else:
        array = np.array(rows)
    return workloads.expected(folder_of(comparison.model), array)


def prepare(comparison: Comparison, folder: Path) -> Bench:
    """Writes what every server of `comparison` reads into `folder`."""
    key = secrets.token_urlsafe(36)
    ring = {"current": "k1", "keys": {"k1": base64.b64encode(key.encode()).decode()}}
    (folder / "signing_keys.json").write_text(json.dumps(ring))
    (folder / "users.json").write_text(json.dumps({"bench": f"scrypt:32768:8:1${'salt' * 4}${'0' * 128}"}))
    return Bench(folder_of(comparison.model), key, folder)
