"""The 37 inputs: what can be known of a flight when its timetable is printed, as four one-hot choices.

Nothing that is known only on the day (departure time, air time) is among them: it would leak the answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PARTS_OF_DAY = ("early_morning", "morning", "midday", "afternoon", "evening", "night")
# The first scheduled hour of every part but the first.
PARTS_BEGIN = (8, 11, 14, 17, 20)


@dataclass(frozen=True)
class Choice:
    """One choice of a record and the inputs that stand for its values, in order."""

    name: str
    description: str
    values: tuple[int | str, ...]

    @property
    def inputs(self) -> list[str]:
        """Name the inputs: the choice and the value."""
        return [f"{self.name}_{value}" for value in self.values]


CHOICES = (
    Choice("month", "month of the scheduled departure", tuple(range(1, 13))),
    Choice(
        "carrier",
        "carrier's two-letter code as the timetable has it",
        ("9E", "AA", "AS", "B6", "DL", "EV", "F9", "FL", "HA", "MQ", "OO", "UA", "US", "VX", "WN", "YV"),
    ),
    Choice("origin", "airport of departure", ("EWR", "JFK", "LGA")),
    Choice(
        "part_of_day",
        "hour of the scheduled departure, New York time: early_morning before 8, morning 8-10, midday 11-13, "
        "afternoon 14-16, evening 17-19, night 20 and later",
        PARTS_OF_DAY,
    ),
)


def part_of_day(hours: NDArray[np.int64]) -> NDArray[np.str_]:
    """Name the part of the day of each scheduled hour, 0 to 23."""
    return np.array(PARTS_OF_DAY)[np.digitize(hours, PARTS_BEGIN)]


def encode(columns: Mapping[str, Sequence[Any]]) -> NDArray[np.float64]:
    """Turn the four columns (choice name to values, equally long) into rows of 37 zeros and ones.

    Raises ValueError for a value that is none of its choice's: a row without its one would pass unseen.
    """
    groups = []
    for choice in CHOICES:
        column = np.array(columns[choice.name], dtype=object)
        group = column[:, None] == np.array(choice.values, dtype=object)[None, :]
        if not group.any(axis=1).all():
            raise ValueError(f"{choice.name}: unknown {column[~group.any(axis=1)][0]!r}")
        groups.append(group)
    return np.hstack(groups).astype(np.float64)
