"""The table of metrics: name, type, labels and meaning, for the exposition and for docs/operations.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """One metric, by the name in a query; a histogram is queried as `_bucket`, `_sum` and `_count`."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str


FAMILIES = (
    Family(
        "inference_requests_total",
        "counter",
        ("route", "status"),
        "Requests answered; `unmatched` is no route",
    ),
    Family(
        "inference_errors_total",
        "counter",
        ("route", "status", "code"),
        "The requests answered with 400 or more, by the error's code",
    ),
    Family(
        "inference_request_seconds",
        "histogram",
        ("route",),
        "Time from a whole request to its whole answer, without the network",
    ),
    Family(
        "inference_predictions_total",
        "counter",
        ("model", "version", "class"),
        "Rows predicted; no `class` where the model predicts numbers",
    ),
    Family(
        "inference_confidence",
        "histogram",
        ("model", "version"),
        "The top probability of each row that a classifier predicted",
    ),
    Family(
        "inference_login_failures_total",
        "counter",
        ("reason",),
        "Logins refused: `wrong` name or password, `throttled` after too many",
    ),
    Family("inference_model_loads_total", "counter", ("model", "version"), "Models loaded, once a worker"),
    Family(
        "inference_model_load_failures_total",
        "counter",
        ("model", "reason"),
        "Tries that failed: `unreadable` (tried again) or `refused`; `*` is the list of models",
    ),
    Family("inference_build_info", "gauge", ("version", "python", "server"), "1; its labels say what runs"),
    Family("inference_start_time_seconds", "gauge", (), "When the host started, in seconds since 1970"),
    Family("inference_workers", "gauge", (), "Worker processes that should run"),
    Family("inference_workers_alive", "gauge", (), "Worker processes that run"),
    Family("inference_workers_ready", "gauge", (), "Worker processes with every model loaded"),
    Family("inference_worker_restarts_total", "counter", (), "Workers that died and were replaced"),
    Family("inference_draining", "gauge", (), "1 from SIGTERM on"),
)
