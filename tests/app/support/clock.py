"""A clock that stands until a test moves it."""


class Clock:
    """Seconds; `now` is what it shows."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now
