"""Interleaved rounds: in each, every server is started, checked against scikit-learn, loaded and stopped."""

from __future__ import annotations

import base64
import json
import secrets
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from . import workloads
from .comparisons import GRANIAN, WAITRESS, Comparison, rows_of
from .environments import MissingError
from .equality import equal_rows
from .load import Load, wrk
from .models import folder_of
from .peers import Bench
from .quota import limited
from .server import NO_GROUP, BrokenError, Server, check, running
from .steady import steady

WARM_SECONDS = 1.0
SETTLE_SECONDS = 2.0  # after its first answer a server may still import: memory counts it, too
NO_LOAD = Load(0.0, 0.0, 0.0, 0.0, 0, 0)


class PartlyBrokenError(Exception):
    """Some servers could not be measured; what the others gave is in `figures`."""

    def __init__(self, figures: list[dict[str, Any]], names: list[str]) -> None:
        super().__init__(f"not measured: {', '.join(dict.fromkeys(names))}")
        self.figures = figures


def run(comparisons: Sequence[Comparison], rounds: int, seconds: float) -> list[dict[str, Any]]:
    """Every figure of every run, in the order in which they were taken. Raises PartlyBrokenError, last."""
    figures: list[dict[str, Any]] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for comparison in comparisons:
            bench = prepare(comparison, Path(folder))
            servers = comparison.servers(bench)
            print(f"\n{comparison.title}", flush=True)
            for number in range(rounds):
                turn = number % len(servers)  # nobody is always the first, on a machine that warms up
                for server in [*servers[turn:], *servers[:turn]]:
                    try:
                        figures += _one(comparison, server, bench, number, seconds)
                    except (BrokenError, MissingError) as error:
                        print(f"  round {number + 1}  {server.name}: {error}", flush=True)
                        failed.append(f"{server.name} in {comparison.name!r}")
    if failed:
        raise PartlyBrokenError(figures, failed)
    return figures


def _one(
    comparison: Comparison, server: Server, bench: Bench, number: int, seconds: float
) -> list[dict[str, Any]]:
    rows = rows_of(comparison)
    ask = comparison.ask(server.name, rows)
    headers = workloads.token(bench.key)
    sent = {**headers, "Content-Type": ask.content_type}
    found = []
    with (
        limited(comparison.quota) if comparison.quota else nullcontext(NO_GROUP) as group,
        running(server, ask, headers, bench.folder / "server.log", group) as live,
    ):
        if not server.name.startswith("hello"):
            check(server, live.port, ask, headers, _expected(comparison, rows))
        if not comparison.connections:
            time.sleep(SETTLE_SECONDS)
        started = {
            "comparison": comparison.name,
            "server": server.name,
            "round": number,
            "ready_seconds": round(live.ready_seconds, 3),
            "memory_mib": round(live.memory_mib, 1),
        }
        heading = f"  round {number + 1}  {server.name:<40}"
        if not comparison.connections:
            print(f"{heading} ready in {live.ready_seconds:.2f} s, {live.memory_mib:.0f} MiB", flush=True)
            return [{**started, "connections": 0, "cpu_micros": 0.0, **NO_LOAD.as_json()}]

        def load(connections: int, lasting: float) -> Load:
            if comparison.rate:
                return steady(live.port, ask, sent, comparison.rate, connections, lasting)
            return wrk(f"http://127.0.0.1:{live.port}{ask.path}", sent, ask.body, connections, lasting)

        if comparison.equal and number == 0 and server.name in (WAITRESS, GRANIAN):
            equal = equal_rows(
                live.port, lambda row: comparison.ask(server.name, [row]), sent, bench.model, comparison.equal
            )
            print(f"{heading} {equal:,} of {comparison.equal:,} rows as scikit-learn's", flush=True)
            started["equal"] = equal
        load(comparison.connections[0], WARM_SECONDS)
        for connections in comparison.connections:
            before = live.cpu_seconds
            taken = load(connections, seconds)
            micros = (live.cpu_seconds - before) / max(1.0, taken.per_second * seconds) * 1e6
            print(
                f"{heading} c{connections:<5}{taken.per_second:10,.0f}/s p99 {taken.p99:8.1f} ms  "
                f"{micros:6,.0f} µs of CPU  refused {taken.refused} lost {taken.lost}",
                flush=True,
            )
            figure = {"connections": connections, "cpu_micros": round(micros, 1), **taken.as_json()}
            found.append({**started, **figure})
    return found


def _expected(comparison: Comparison, rows: list[list[float]]) -> Any:
    if comparison.model == "image":
        import io

        from PIL import Image

        # As the manifest says: grey, 8 by 8, 255 becomes 16.
        with Image.open(io.BytesIO(workloads.picture())) as picture:
            small = picture.convert("F").resize((8, 8), Image.Resampling.BOX)
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
