"""The houses that the doors belong to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from .served import WORLDS, House, house


@pytest.fixture(scope="session", params=WORLDS)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The project's models, then small ones of other kinds."""
    with ExitStack() as stack:
        yield house(request.param, tmp_path_factory.mktemp(request.param), stack)
