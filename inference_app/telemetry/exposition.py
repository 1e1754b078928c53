"""What the parent tells: its workers' pages added up, and the host itself, in the Prometheus format.

prometheus_client is imported by the first scrape: it takes 75 ms and 11 MB (it brings ssl and a server),
which a parent that nobody scrapes does not pay, nor does a start.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

from .. import __version__
from .buckets import CONFIDENCE, SECONDS
from .families import FAMILIES
from .pages import Page

if TYPE_CHECKING:
    from prometheus_client import Metric

UNMATCHED = "unmatched"
LOGIN_FAILURES = {"unauthorized": "wrong", "throttled": "throttled"}  # an error's code → the reason

Labels = tuple[str, ...]
Key = TypeVar("Key")


@dataclass(slots=True)
class HostFigures:
    """What a host of several processes knows. `started_at` is seconds since 1970."""

    started_at: float
    workers: int
    server: str = "waitress"
    alive: int = 0
    ready: int = 0
    restarts: int = 0
    draining: bool = False


def exposition(figures: HostFigures, pages: Sequence[Page] = (), accept: str = "") -> tuple[str, bytes]:
    """The content type and the text, OpenMetrics where `accept` asks for it."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder

    class Once:
        def collect(self) -> Iterator[Metric]:
            return _metrics(figures, pages)

    encoder, content_type = choose_encoder(accept)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Once())
    return content_type, encoder(registry)


def _metrics(figures: HostFigures, pages: Sequence[Page]) -> Iterator[Metric]:
    from prometheus_client import Metric

    samples = _samples(added_up(pages)) | _host_samples(figures)
    for family in FAMILIES:
        name = family.name.removesuffix("_total") if family.kind == "counter" else family.name
        metric = Metric(name, family.meaning, family.kind)
        for labels, values in sorted(samples[family.name].items()):
            named = {key: value for key, value in zip(family.labels, labels, strict=True) if value}
            if family.kind != "histogram":
                metric.add_sample(family.name, named, values[0])
                continue
            bounds = (*map(str, CONFIDENCE if family.name == "inference_confidence" else SECONDS), "+Inf")
            *counts, total = values
            for bound, count in zip(bounds, accumulate(counts), strict=True):
                metric.add_sample(f"{name}_bucket", {**named, "le": bound}, count)
            metric.add_sample(f"{name}_count", named, sum(counts))
            metric.add_sample(f"{name}_sum", named, total)
        yield metric


def added_up(pages: Sequence[Page]) -> dict[tuple[str, Labels], list[float]]:
    """The words of each series, summed over the pages."""
    sums: dict[tuple[str, Labels], list[float]] = {}
    for page in pages:
        for series in page.series():
            _add(sums, (series.kind, series.labels), page.values(series))
    return sums


def _samples(sums: dict[tuple[str, Labels], list[float]]) -> dict[str, dict[Labels, list[float]]]:
    samples: dict[str, dict[Labels, list[float]]] = {family.name: {} for family in FAMILIES}
    samples["inference_login_failures_total"] = {(reason,): [0.0] for reason in LOGIN_FAILURES.values()}
    for (kind, labels), values in sums.items():
        if kind == "requests":
            route, status, code = labels
            route = route or UNMATCHED
            answers = [sum(values[:-1])]
            _add(samples["inference_requests_total"], (route, status), answers)
            _add(samples["inference_request_seconds"], (route,), values)
            if int(status) >= 400:
                _add(samples["inference_errors_total"], (route, status, code), answers)
            if route == "/login" and code in LOGIN_FAILURES:
                _add(samples["inference_login_failures_total"], (LOGIN_FAILURES[code],), answers)
        elif kind == "rows":
            _add(samples["inference_predictions_total"], (*labels, ""), values)
        else:
            _add(samples[_NAMES[kind]], labels, values)
    return samples


_NAMES = {
    "classes": "inference_predictions_total",
    "confidence": "inference_confidence",
    "model_loads": "inference_model_loads_total",
    "model_load_failures": "inference_model_load_failures_total",
}


def _host_samples(figures: HostFigures) -> dict[str, dict[Labels, list[float]]]:
    return {
        "inference_build_info": {(__version__, platform.python_version(), figures.server): [1.0]},
        "inference_start_time_seconds": {(): [figures.started_at]},
        "inference_workers": {(): [figures.workers]},
        "inference_workers_alive": {(): [figures.alive]},
        "inference_workers_ready": {(): [figures.ready]},
        "inference_worker_restarts_total": {(): [figures.restarts]},
        "inference_draining": {(): [float(figures.draining)]},
    }


def _add(sums: dict[Key, list[float]], key: Key, values: list[float]) -> None:
    found = sums.get(key)
    sums[key] = values if found is None else [a + b for a, b in zip(found, values, strict=True)]
