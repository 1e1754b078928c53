"""A prepared form: an estimator's arithmetic without the estimator."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from numpy.typing import NDArray

from .grove import Places
from .leaves import Ranges
from .saved_values import Answer, Classes, Floats


class Form(ABC):
    """What every prepared form has. `short`: any number of rows is answered quickly; `thresholds`: for each
    feature the numbers at which the answer may jump, or nothing at all; `most_rows`: how many probe rows of
    one sort are worth their time; `row_microseconds`: about what a row costs, for who may not wait."""

    n_features_in_: int
    classes_: Classes | None = None
    short: ClassVar[bool] = True
    thresholds: Sequence[Floats] = ()
    most_rows: int = 4096
    row_microseconds: float = 5.0

    @abstractmethod
    def many(self, rows: NDArray[Any]) -> tuple[NDArray[Any], Floats | None]:
        """One value or class a row; the probabilities, rows by classes, where the estimator has them."""

    @abstractmethod
    def one(self, row: list[float]) -> Answer:
        """The same of one row, in Python's own numbers."""

    def predict(self, rows: NDArray[Any]) -> NDArray[Any]:
        """The values alone."""
        return self.many(rows)[0]

    def scores(self, rows: NDArray[Any]) -> Floats | None:  # noqa: ARG002
        """What the classes follow from where there are no probabilities; for two classes one column."""
        return None

    def leaves(self, usual: Floats, ranges: Ranges) -> Iterator[tuple[Places, Floats, Floats]]:  # noqa: ARG002
        """For trees: which of them to ask by itself, with which rows, and what it then says."""
        return iter(())
