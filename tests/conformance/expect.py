"""What a value must be, as data, and every difference of one that is not, in a line each.

A plain value stands for itself: a dict for exactly these keys, a list for these items, a number for exactly
it. The classes below stand for less than one value.
"""

from __future__ import annotations

import json
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SHOWN = 120  # characters of a value that a difference repeats


class Matcher(ABC):
    """Stands for many values."""

    @abstractmethod
    def differences(self, came: Any, where: str) -> Iterator[str]:
        """A line for everything that is not as it must be."""


@dataclass(frozen=True)
class About(Matcher):
    """A number within an absolute distance."""

    value: float
    within: float = 1e-6

    def differences(self, came: Any, where: str) -> Iterator[str]:
        """One line unless `came` is such a number."""
        is_number = isinstance(came, int | float) and not isinstance(came, bool)
        if not is_number or not math.isclose(came, self.value, rel_tol=0, abs_tol=self.within):
            yield f"{where}: {self.value} ± {self.within:g} expected, {shown(came)} came"


@dataclass(frozen=True)
class Text(Matcher):
    """A string that this regular expression matches entirely."""

    pattern: str

    def differences(self, came: Any, where: str) -> Iterator[str]:
        """One line unless `came` is such a string."""
        if not isinstance(came, str) or not re.fullmatch(self.pattern, came, re.DOTALL):
            yield f"{where}: text like {self.pattern} expected, {shown(came)} came"


@dataclass(frozen=True)
class Says(Matcher):
    """A sentence that holds each of these words."""

    words: tuple[str, ...] = ()

    def differences(self, came: Any, where: str) -> Iterator[str]:
        """A line for each missing word."""
        if not isinstance(came, str) or not came.strip():
            yield f"{where}: a sentence expected, {shown(came)} came"
            return
        for word in self.words:
            if word not in came:
                yield f"{where}: a sentence that says {shown(word)} expected, {shown(came)} came"


@dataclass(frozen=True)
class A(Matcher):
    """Any value of a type; a boolean is no number."""

    type: type

    def differences(self, came: Any, where: str) -> Iterator[str]:
        """One line unless `came` is one."""
        if type(came) is not self.type:
            yield f"{where}: {_NAMES[self.type]} expected, {shown(came)} came"


@dataclass(frozen=True)
class Anything(Matcher):
    """Any value."""

    def differences(self, came: Any, where: str) -> Iterator[str]:  # noqa: ARG002
        """None."""
        yield from ()


@dataclass(frozen=True)
class Having(Matcher):
    """An object with at least these members; a member that is None here must not be there."""

    members: dict[str, Any]

    def differences(self, came: Any, where: str) -> Iterator[str]:
        """A line for each member that is missing, too much or different."""
        if not isinstance(came, dict):
            yield f"{where}: an object expected, {shown(came)} came"
            return
        for key, expected in self.members.items():
            if expected is None:
                if key in came:
                    yield f"{where}.{key}: nothing expected, {shown(came[key])} came"
            elif key not in came:
                yield f"{where}.{key}: {shown(expected)} expected, nothing came"
            else:
                yield from differences(expected, came[key], f"{where}.{key}")


@dataclass(frozen=True)
class Each(Matcher):
    """A list with at least one item, each of which is so; of `count` items where it is given."""

    item: Any
    count: int | None = None

    def differences(self, came: Any, where: str) -> Iterator[str]:
        """Lines for the first item that differs."""
        if not isinstance(came, list) or not came:
            yield f"{where}: a list of items expected, {shown(came)} came"
        elif self.count not in (None, len(came)):
            yield f"{where}: {self.count} items expected, {len(came)} came"
        else:
            for index, item in enumerate(came):
                if found := list(differences(self.item, item, f"{where}[{index}]")):
                    yield from found
                    return


_NAMES = {str: "a string", int: "a whole number", float: "a number", bool: "a boolean", dict: "an object"}


def differences(expected: Any, came: Any, where: str) -> Iterator[str]:
    """A line for everything in `came` (a JSON value) that is not as `expected` says."""
    if isinstance(expected, Matcher):
        yield from expected.differences(came, where)
    elif isinstance(expected, dict) and isinstance(came, dict):
        yield from Having(expected).differences(came, where)
        for key in came.keys() - expected.keys():
            yield f"{where}.{key}: nothing expected, {shown(came[key])} came"
    elif isinstance(expected, list) and isinstance(came, list):
        if len(expected) != len(came):
            yield f"{where}: {len(expected)} items expected, {len(came)} came"
            return
        for index, (one, other) in enumerate(zip(expected, came, strict=True)):
            yield from differences(one, other, f"{where}[{index}]")
    elif type(expected) is not type(came) or expected != came:
        yield f"{where}: {shown(expected)} expected, {shown(came)} came"


def about(value: Any, within: float = 1e-6) -> Any:
    """`value` with each of its numbers allowed to be a little off."""
    if isinstance(value, list):
        return [about(item, within) for item in value]
    return About(value, within) if isinstance(value, float) else value


def shown(value: Any) -> str:
    """`value` as JSON, or as the matcher it is, short enough for a line."""
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    text = repr(value) if isinstance(value, Matcher) else json.dumps(value, default=repr, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
