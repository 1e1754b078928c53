"""A pattern for the decimals of a query string that lie in a range, as far as a pattern can say that."""

from __future__ import annotations

from ...models.inputs import Input

PLAIN = r"^-?[0-9]{1,400}(\.[0-9]{1,400})?$"
WIDEST = 1000  # whole numbers that are listed one by one


def decimal_pattern(item: Input) -> str:
    """The decimals from the input's minimum to its maximum where both are whole numbers from 0 on and not far
    apart, else all plain decimals."""
    low, high = item.minimum, item.maximum
    if low is None or high is None or low < 0 or high - low > WIDEST:
        return PLAIN
    if not (low.is_integer() and high.is_integer()):
        return PLAIN
    below = "|".join(str(number) for number in range(int(low), int(high)))
    inside = rf"0*({below})(\.[0-9]{{1,300}})?|" if below else ""
    return rf"^({inside}0*{int(high)}(\.0{{1,300}})?)$"
