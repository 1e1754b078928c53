"""The goals: ratios of one run, each with what it divides by what; the verdict measures them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .comparisons import BATCHING, EQUAL, GRANIAN, WAITRESS
from .results import Median, Results

HELLO = {WAITRESS: "hello, waitress", GRANIAN: "hello, granian"}
CROWD_P99 = 60.0  # ms, at 400 connections
SEED = "seed style"


@dataclass(frozen=True)
class Judged:
    """One goal and what was measured; one without a figure is not met. `spread` is the larger one of
    the two servers', as a share of the median."""

    goal: str
    host: str
    wanted: str
    measured: str
    spread: float
    met: bool


@dataclass(frozen=True)
class Ratio:
    """`host` must reach `least` times the best of `peers` in `comparison` at `connections`."""

    comparison: str
    connections: int
    host: str
    peers: tuple[str, ...]
    least: float

    def judge(self, results: Results) -> Judged:
        """What the run says."""
        ours = results.median(self.comparison, self.host, self.connections)
        found = [results.median(self.comparison, peer, self.connections) for peer in self.peers]
        best = max((peer for peer in found if peer), key=lambda peer: peer.per_second, default=None)
        goal = f"{self.comparison}, c{self.connections}: {' / '.join(self.peers)}"
        if ours is None or best is None or not best.per_second:
            return Judged(goal, self.host, f"≥ {self.least:g}x", "not measured", 0.0, False)
        ratio = ours.per_second / best.per_second
        spread = max(ours.spread, best.spread)
        return Judged(goal, self.host, f"≥ {self.least:g}x", f"{ratio:.2f}x", spread, ratio >= self.least)


@dataclass(frozen=True)
class Unharmed:
    """At so many connections no request of `host` is lost or refused; `p99` bounds its latency, in ms."""

    comparison: str
    connections: int
    host: str
    p99: float | None = None

    def judge(self, results: Results) -> Judged:
        """What the run says."""
        goal = f"{self.comparison}, c{self.connections}: every request answered"
        bound = f", p99 ≤ {self.p99:g} ms" if self.p99 else ""
        found: Median | None = results.median(self.comparison, self.host, self.connections)
        wanted = f"none lost{bound}"
        if found is None:
            return Judged(goal, self.host, wanted, "not measured", 0.0, False)
        measured = f"{found.lost + found.refused} lost, p99 {found.p99:.1f} ms"
        met = not (found.lost + found.refused) and (self.p99 is None or found.p99 <= self.p99)
        return Judged(goal, self.host, wanted, measured, found.spread, met)


@dataclass(frozen=True)
class AtMost:
    """A `figure` of `host` may be `most` times that of `peer`, or `most` itself where there is no peer."""

    comparison: str
    connections: int
    host: str
    figure: str
    most: float
    peer: str = ""

    def judge(self, results: Results) -> Judged:
        """What the run says."""
        what, unit = FIGURES[self.figure]
        beside = f": {self.peer}" if self.peer else ""
        goal, wanted = f"{self.comparison}, {what}{beside}", f"≤ {self.most:g}{'x' if self.peer else unit}"
        ours = results.median(self.comparison, self.host, self.connections)
        peer = results.median(self.comparison, self.peer, self.connections) if self.peer else None
        if ours is None or (self.peer and peer is None):
            return Judged(goal, self.host, wanted, "not measured", 0.0, False)
        value = float(getattr(ours, self.figure)) / (float(getattr(peer, self.figure)) if peer else 1.0)
        spread = max(ours.spread, peer.spread if peer else 0.0)
        measured = f"{value:.2f}{'x' if self.peer else unit}"
        return Judged(goal, self.host, wanted, measured, spread, value <= self.most)


@dataclass(frozen=True)
class Equal:
    """`rows` rows, in requests of one, get the answers of scikit-learn from `host`."""

    comparison: str
    connections: int
    host: str
    rows: int

    def judge(self, results: Results) -> Judged:
        """What the run says."""
        goal, wanted = f"{self.comparison}: predictions are scikit-learn's", f"{self.rows:,} rows"
        found = results.median(self.comparison, self.host, self.connections)
        if found is None:
            return Judged(goal, self.host, wanted, "not measured", 0.0, False)
        return Judged(goal, self.host, wanted, f"{found.equal:,} equal", 0.0, found.equal == self.rows)


FIGURES = {
    "p99": ("p99", " ms"),
    "cpu_micros": ("CPU a request", " µs"),
    "ready_seconds": ("first answer", " s"),
    "memory_mib": ("memory", " MiB"),
}


def _ratios(
    comparison: str, peers: tuple[str, ...], waitress: dict[int, float], granian: dict[int, float]
) -> Iterator[Ratio]:
    for host, goals in ((WAITRESS, waitress), (GRANIAN, granian)):
        for connections, least in goals.items():
            yield Ratio(comparison, connections, host, peers, least)


ASKED = "PREPARED=0"  # the forest, asked through scikit-learn
GOALS: tuple[Ratio | Unharmed | AtMost | Equal, ...] = (
    *_ratios("linear", (SEED,), {64: 9, 400: 9}, {64: 20, 400: 30}),
    *_ratios("linear", ("FastAPI, uvicorn",), {64: 3.2, 400: 4.5}, {64: 7, 400: 10}),
    *_ratios("linear", ("FastAPI, granian",), {64: 1, 400: 1}, {64: 3, 400: 3}),
    *(
        goal
        for peer in (*BATCHING, "MLflow")
        for goal in _ratios("linear", (peer,), {64: 8, 400: 8}, {64: 18, 400: 18})
    ),
    *(Ratio("linear", connections, WAITRESS, (HELLO[WAITRESS],), 0.8) for connections in (64, 400)),
    *(Ratio("linear", connections, GRANIAN, (HELLO[GRANIAN],), 0.6) for connections in (64, 400)),
    Ratio("linear", 64, GRANIAN, (WAITRESS,), 2.2),
    Ratio("linear", 400, GRANIAN, (WAITRESS,), 2.8),
    *(Unharmed("linear", 400, host, CROWD_P99) for host in (WAITRESS, GRANIAN)),
    *(Unharmed("crowd", connections, host) for host in (WAITRESS, GRANIAN) for connections in (1000, 2000)),
    *_ratios("forest", (*BATCHING, "FastAPI, uvicorn"), {64: 4.5}, {64: 4.5}),
    *_ratios("boosting", (*BATCHING, "FastAPI, uvicorn"), {64: 4.5}, {64: 4.5}),
    *(Equal(name, 64, host, EQUAL) for name in ("forest", "boosting") for host in (WAITRESS, GRANIAN)),
    *_ratios("image", ("FastAPI, uvicorn",), {64: 3}, {64: 3}),
    *(
        Ratio("batching", 64, f"{host}, {ASKED}", BATCHING, 1.5)
        for host in (WAITRESS, GRANIAN)
    ),
    *_ratios("rows", ("FastAPI, uvicorn",), {8: 1.5}, {8: 1.5}),
    *_ratios("infer", ("MLServer",), {64: 8}, {64: 8}),
    AtMost("start", 0, WAITRESS, "ready_seconds", 0.35, SEED),
    AtMost("start", 0, WAITRESS, "memory_mib", 0.4, SEED),
    AtMost("quarter", 0, WAITRESS, "ready_seconds", 1.2),
    AtMost("steady", 64, WAITRESS, "p99", 0.4, SEED),
    AtMost("steady", 64, WAITRESS, "cpu_micros", 0.7, SEED),
    Ratio("one core", 400, WAITRESS, (SEED,), 5.5),
)  # fmt: skip
