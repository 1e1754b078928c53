"""What counting and logging cost a request: microseconds per exchange, on and off, interleaved in one run.

    python -m bench.metrics_cost [--rounds 200]

An exchange is what every host calls with a request: 37 numbers and a bearer token in, class and probability
out, validated and written as for flight_delay, but with an estimator that costs nothing: its noise would hide
what is measured. It is CPU time, so other programs count as little as possible. The log is a file. The last
row keeps the same counts with prometheus_client's own classes, in one process.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from prometheus_client import CollectorRegistry, Counter, Histogram

from inference_app.hosts.assembly import Application, assemble
from inference_app.models.loaded_model import LoadedModel
from inference_app.serving.exchange import Exchange, Recorder
from inference_app.serving.messages import Answer, Request
from inference_app.settings import read_settings
from inference_app.telemetry.buckets import CONFIDENCE, SECONDS
from inference_app.telemetry.logs import start_logging
from inference_app.telemetry.notebook import Notebook
from inference_app.telemetry.pages import Page
from tests.app.support.environment import USER, environment
from tests.app.support.published import release_of

ROOT = Path(__file__).resolve().parent.parent
BATCH = 64  # exchanges timed at once
OFF = "metrics off, log off"


class Instant:
    """An estimator that has answered already, by the short way of a prepared one."""

    probability = (0.3, 0.7)

    def one(self, _: list[float]) -> tuple[int, list[float]]:
        """The class of one row and its probabilities."""
        return 1, list(self.probability)

    def predict(self, rows: NDArray[np.float64]) -> NDArray[np.int64]:
        """The classes of rows."""
        return np.ones(len(rows), dtype=np.int64)


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="What counting and logging cost a request.")
    parser.add_argument("--rounds", type=int, default=200, help=f"batches of {BATCH} exchanges each (200)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        times = measured(Path(folder), rounds)
    print(f"CPU microseconds per exchange, medians and quartiles of {rounds} interleaved batches of {BATCH}")
    print(f"{'':28} {'each':>24}   {'more than ' + OFF:>30}")
    for name, values in times.items():
        more = [value - off for value, off in zip(values, times[OFF], strict=True)]
        print(f"{name:28} {spread(values):>24}   {spread(more):>30}")
    return 0


def spread(values: list[float]) -> str:
    """Median and quartiles."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def prepare(folder: Path) -> tuple[Application, LoadedModel, Request]:
    """The application with flight_delay, and a request for a prediction of one row."""
    release = release_of(ROOT / "model_artifacts" / "flight_delay")
    application = assemble(read_settings(environment(folder, [release], default=release["name"])))
    assert application.load()
    model = application.services.models.current(release["name"])
    assert model is not None
    manifest = json.loads((ROOT / "model_artifacts" / "flight_delay" / "manifest.json").read_bytes())
    request = Request(
        "POST",
        "/predict",
        "",
        {
            "content-type": "application/json",
            "authorization": f"Bearer {application.services.tokens.issue(USER)}",
            "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793",
        },
        json.dumps({"x": manifest["examples"][0]["instance"]}).encode(),
        "203.0.113.7",
        "0123456789abcdef0123456789abcdef",
    )
    return application, model, request


def measured(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Microseconds per exchange of each variant, one value a batch."""
    application, model, request = prepare(folder)
    services = application.services
    services.models.swap(dataclasses.replace(model, estimator=Instant()))
    variants: dict[str, tuple[Exchange, bool]] = {
        OFF: (Exchange(services, record=lambda *_: None), False),
        "metrics on, log off": (Exchange(services, record=Notebook(Page()).note), False),
        "metrics off, log on": (Exchange(services, record=Notebook().note), True),
        "metrics on, log on": (Exchange(services, record=Notebook(Page()).note), True),
        "metrics off, log at once": (Exchange(services), True),
        "prometheus_client, log off": (Exchange(services, record=by_prometheus_client()), False),
    }
    times: dict[str, list[float]] = {name: [] for name in variants}
    with (folder / "log").open("w") as sink:
        start_logging("info", sink)
        for round_ in range(-2, rounds):  # two to warm up
            for name, (exchange, logged) in variants.items():
                logging.getLogger("inference").setLevel(logging.INFO if logged else logging.ERROR)
                assert exchange(request).status == 200
                taken = micros(partial(exchange, request))
                if round_ >= 0:
                    times[name].append(taken)
    return times


def micros(step: Callable[[], object]) -> float:
    """Microseconds of processor time of one call, over a batch of them."""
    started = time.thread_time()
    for _ in range(BATCH):
        step()
    return (time.thread_time() - started) / BATCH * 1e6


def by_prometheus_client() -> Recorder:
    """The same counts, as prometheus_client's documentation would have them."""
    registry = CollectorRegistry()
    requests = Counter("requests", "", ["route", "status"], registry=registry)
    seconds_by_route = Histogram("seconds", "", ["route"], buckets=SECONDS, registry=registry)
    predictions = Counter("predictions", "", ["model", "version", "class"], registry=registry)
    confidence = Histogram("confidence", "", ["model", "version"], buckets=CONFIDENCE, registry=registry)

    def record(_: Request, answer: Answer, seconds: float) -> None:
        requests.labels(answer.route, answer.status).inc()
        seconds_by_route.labels(answer.route).observe(seconds)
        if (predicted := answer.prediction) is not None:
            found = predicted.prediction.arrays
            for value in found.values.tolist():
                predictions.labels(predicted.model, predicted.version, value).inc()
            for row in [] if found.probabilities is None else found.probabilities.tolist():
                confidence.labels(predicted.model, predicted.version).observe(max(row))

    return record


if __name__ == "__main__":
    raise SystemExit(main())
