"""Takes keys out of one JSON object, knows where it stands, and refuses what nobody took."""

from __future__ import annotations

from typing import Any

from ..errors import RefusedError

_REQUIRED: Any = object()


class Reader:
    """One object of a manifest. Every method raises RefusedError, naming the place and the rule."""

    def __init__(self, document: Any, where: str) -> None:
        if not isinstance(document, dict):
            raise RefusedError(f"{where}: an object expected")
        self.where = where
        self._left = dict(document)

    def has(self, key: str) -> bool:
        """Whether `key` is there and not yet taken."""
        return key in self._left

    def any(self, key: str, default: Any = _REQUIRED) -> Any:
        """The value at `key`, of whatever type."""
        if key not in self._left and default is _REQUIRED:
            raise RefusedError(f"{self.where}: {key} is missing")
        return self._left.pop(key, default)

    def value(self, key: str, kind: type, default: Any = _REQUIRED) -> Any:
        """The value at `key`, which must be a `kind` (a whole number is a float, too)."""
        present = key in self._left
        value = self.any(key, default)
        if not present:
            return value
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise RefusedError(f"{self.where}: {key} must be a {kind.__name__}, {value!r} came")
        return value

    def text(self, key: str) -> str:
        """The string at `key`."""
        return str(self.value(key, str))

    def whole(self, key: str, low: int, high: int) -> int:
        """The whole number at `key`, from `low` to `high`."""
        value = self.value(key, int)
        if not low <= value <= high:
            raise RefusedError(f"{self.where}: {key} must be from {low} to {high}, {value} came")
        return int(value)

    def one_of(self, key: str, choices: tuple[str, ...], default: Any = _REQUIRED) -> str:
        """The string at `key`, one of `choices`."""
        value = str(self.value(key, str, default))
        if value not in choices:
            raise RefusedError(f"{self.where}: {key} must be one of {', '.join(choices)}, {value!r} came")
        return value

    def object(self, key: str) -> Reader:
        """A reader of the object at `key`."""
        return Reader(self.any(key), f"{self.where}: {key}")

    def objects(self, key: str, optional: bool = False) -> list[Reader]:
        """A reader of each object in the list at `key`."""
        items = self.value(key, list, [] if optional else _REQUIRED)
        return [Reader(item, f"{self.where}: {key}[{index}]") for index, item in enumerate(items)]

    def done(self) -> None:
        """Refuses a key that nobody took."""
        if self._left:
            raise RefusedError(f"{self.where}: unknown key {sorted(self._left)[0]!r}")
