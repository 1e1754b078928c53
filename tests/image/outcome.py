"""What one run of the image test saw, and the line that it ends in."""

from __future__ import annotations

from dataclasses import dataclass, field

from .drained import IN_FLIGHT


@dataclass
class Compared:
    """How many requests a door was asked, and how many answers were right and the reference's."""

    asked: int = 0
    equal: int = 0

    def __str__(self) -> str:
        return f"{self.equal} equal" if self.equal == self.asked else f"{self.equal} of {self.asked} equal"


@dataclass
class Outcome:
    """Both doors, the drain, and a sentence for every promise that did not hold."""

    fargate: Compared = field(default_factory=Compared)
    function: Compared = field(default_factory=Compared)
    answered: int = 0
    exit_code: int | None = None
    failures: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything did."""
        doors = (self.fargate, self.function)
        return (
            not self.failures
            and all(0 < door.equal == door.asked for door in doors)
            and (self.answered, self.exit_code) == (IN_FLIGHT, 0)
        )

    @property
    def closing_line(self) -> str:
        """The last line of every run."""
        ended = "none" if self.exit_code is None else self.exit_code
        return (
            f"fargate: {self.fargate}, lambda: {self.function}, "
            f"in flight {self.answered} of {IN_FLIGHT}, exit {ended}"
        )
