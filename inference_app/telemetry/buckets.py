"""The upper bounds of the histograms, inclusive; what is beyond the last is counted as +Inf."""

from __future__ import annotations

# Of a request, in seconds: from a prepared model (tens of microseconds) to the gateways' own time-outs.
SECONDS = (
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0,
)  # fmt: skip
# Of a top probability: finest where a classifier is sure.
CONFIDENCE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
