"""What is compared with what: one table; each comparison names its model, its servers and its request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import workloads
from .models import folder_of
from .peers import PEERS, Bench, hello
from .server import Ask, Server

WAITRESS, GRANIAN = "spot-inference, waitress", "spot-inference, granian"
BATCHING = ("LitServe", "BentoML", "MLServer")
MANY = 1000
EQUAL = 10_000
RATE = 500


@dataclass(frozen=True)
class Comparison:
    """One workload; `connections` are those of wrk, one run each, none where only the start is measured.
    `rate`: so many requests a second in an open loop, in place of wrk; `quota`: so many processors for a
    server, in place of all; `equal`: so many rows that our hosts must answer as scikit-learn does."""

    name: str
    title: str
    model: str
    servers: Callable[[Bench], Sequence[Server]]
    ask: Callable[[str, Any], Ask]
    connections: tuple[int, ...] = (64,)
    rows: int = 1
    rate: int = 0
    quota: float = 0.0
    equal: int = 0


def _with(
    *peers: str, floors: bool = False, switches: Mapping[str, str] | None = None
) -> Callable[[Bench], list[Server]]:
    def servers(bench: Bench) -> list[Server]:
        ours = [bench.ours(host, switches=switches or {}) for host in ("waitress", "granian")]
        bare = [hello(bench, host) for host in ("waitress", "granian")] if floors else []
        return [*ours, *bare, *(PEERS[name](bench) for name in peers)]

    return servers


def _alone(*hosts: str, cores: float = 1) -> Callable[[Bench], list[Server]]:
    """Our hosts with one worker, and the seed style, which has one."""

    def servers(bench: Bench) -> list[Server]:
        return [*(bench.ours(host, {}, cores) for host in hosts), PEERS["seed style"](bench)]

    return servers


def _one_row(server: str, rows: Any) -> Ask:
    if server.startswith("hello"):
        return Ask("/", json.dumps({"data": rows[0]}).encode())
    return workloads.one_row(server, rows[0])


def _image(server: str, _: Any) -> Ask:
    return workloads.image(server, "digits", workloads.picture())


def _infer(server: str, rows: Any) -> Ask:
    if server == "MLServer":
        return workloads.one_row(server, rows[0])
    path = "/v2/models/flight_delay/infer"
    return workloads.infer(path, "instances", rows[0], ["delayed", "probability"])


COMPARISONS = (
    Comparison("linear", "One row of 37 numbers, a logistic regression", "linear",
               _with(*PEERS, floors=True), _one_row, (64, 400)),
    Comparison("crowd", "The same with a thousand and two thousand connections", "linear",
               _with(), _one_row, (1000, 2000)),
    Comparison("forest", "One row, a random forest of 100 trees", "forest",
               _with("seed style", "FastAPI, uvicorn", *BATCHING), _one_row, equal=EQUAL),
    Comparison("boosting", "One row, boosting by histograms", "boosting",
               _with("seed style", "FastAPI, uvicorn", *BATCHING), _one_row, equal=EQUAL),
    Comparison("batching", "One row, the forest asked through scikit-learn", "forest",
               _with(*BATCHING, switches={"PREPARED": "0"}), _one_row),
    Comparison("image", "A PNG of 200 by 200 pixels", "image",
               _with("FastAPI, uvicorn"), _image),
    Comparison("rows", f"{MANY} rows in one request", "linear",
               _with("FastAPI, uvicorn"), workloads.many_rows, (8,), MANY),
    Comparison("infer", "The Open Inference Protocol's infer, one row, JSON", "linear",
               _with("MLServer"), _infer),
    Comparison("start", "From the start of the process to the first answer, one process", "linear",
               _alone("waitress", "granian"), _one_row, ()),
    Comparison("quarter", "The same with a quarter of a processor", "linear",
               _alone("waitress", cores=0.25), _one_row, (), quota=0.25),
    Comparison("steady", f"{RATE} requests a second in an open loop, one process", "linear",
               _alone("waitress", "granian"), _one_row, (64,), rate=RATE),
    Comparison("one core", "One processor, one process", "linear",
               _alone("waitress", "granian"), _one_row, (400,), quota=1.0),
)  # fmt: skip


def rows_of(comparison: Comparison) -> list[list[float]]:
    """The rows that are sent: the manifest's examples, over and over."""
    manifest = json.loads((folder_of(comparison.model) / "manifest.json").read_text())
    examples = [np.asarray(example["instance"]).ravel().tolist() for example in manifest["examples"]]
    return [examples[index % len(examples)] for index in range(comparison.rows)]
