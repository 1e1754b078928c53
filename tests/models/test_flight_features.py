"""The 37 inputs say what they mean: hours fall into their part of the day, values into their column."""

import numpy as np
import pytest

from model_artifacts.flight_delay.features import CHOICES, encode, part_of_day


@pytest.mark.parametrize(
    ("part", "hours"),
    [
        ("early_morning", [0, 1, 5, 7]),
        ("morning", [8, 10]),
        ("midday", [11, 13]),
        ("afternoon", [14, 16]),
        ("evening", [17, 19]),
        ("night", [20, 23]),
    ],
)
def test_hours_fall_into_their_part_of_the_day(part: str, hours: list[int]) -> None:
    assert part_of_day(np.array(hours)).tolist() == [part] * len(hours)


def test_a_flight_sets_one_input_in_each_group() -> None:
    (row,) = encode({"month": [7], "carrier": ["UA"], "origin": ["EWR"], "part_of_day": ["evening"]})
    names = [name for choice in CHOICES for name in choice.inputs]
    chosen = [name for name, value in zip(names, row, strict=True) if value == 1.0]
    assert chosen == ["month_7", "carrier_UA", "origin_EWR", "part_of_day_evening"]
    assert row.sum() == 4.0


def test_an_unknown_value_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="carrier: unknown 'XX'"):
        encode({"month": [7], "carrier": ["XX"], "origin": ["EWR"], "part_of_day": ["evening"]})
