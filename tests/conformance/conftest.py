"""The houses that the doors belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from .served import WORLDS, House, house

Houses = Callable[[str], House]


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    """A house by the name of its world; what it opened is closed at the end."""
    with ExitStack() as stack:
        yield cache(lambda world: house(world, tmp_path_factory.mktemp(world), stack))


@pytest.fixture(scope="session", params=WORLDS)
def served(request: pytest.FixtureRequest, houses: Houses) -> House:
    """The project's models, then small ones of other kinds."""
    return houses(request.param)


@pytest.fixture(scope="session")
def project(houses: Houses) -> House:
    """The project's models."""
    return houses("project")
