"""Fit a straight line to points of a known one: the smallest model that can be served and checked."""

from collections.abc import Callable

import numpy as np
from sklearn.linear_model import LinearRegression

from model_artifacts.publish import Release, release, round_fitted

# The line of the earlier system that served this model: its documented answers for the averages 0 and 4.
SCORE_AT_0 = 1009.9768130651476
SCORE_AT_4 = 2014.123402739217
HIGHEST_GPA = 4.0
POINTS = 9
# The answers are promised to 1e-9: six decimals, as elsewhere, would be too few.
DECIMALS = 10

DESCRIPTION = {
    "name": "gpa_to_sat",
    "version": "1.0.0",
    "title": "SAT score from a grade point average",
    "description": "A straight line from grade point average to SAT score: a demonstration, not a finding.",
    "inputs": [
        {
            "name": "gpa",
            "kind": "number",
            "description": "grade point average on the scale 0.0 to 4.0",
            "minimum": 0.0,
            "maximum": HIGHEST_GPA,
        }
    ],
    "output": {"name": "sat_score", "kind": "number"},
}
INSTANCES = [[0.0], [3.0], [4.0]]


def train(say: Callable[[str], None]) -> Release:
    """Fit, round and measure; `say` is told what happens."""
    gpa = np.linspace(0.0, HIGHEST_GPA, POINTS)
    score = SCORE_AT_0 + (SCORE_AT_4 - SCORE_AT_0) / HIGHEST_GPA * gpa
    say(f"fit a line to {POINTS} points")
    line = LinearRegression().fit(gpa.reshape(-1, 1), score)
    round_fitted(line, DECIMALS)
    error = np.abs(line.predict(gpa.reshape(-1, 1)) - score).max()
    return release(
        line,
        description=DESCRIPTION,
        instances=INSTANCES,
        decimals=DECIMALS,
        training={
            "data": f"{POINTS} evenly spaced points of a known line",
            "rows": POINTS,
            "seed": None,
            "metrics": {"largest_error": round(float(error), DECIMALS)},
        },
    )
