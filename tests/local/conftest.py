"""One embedded AWS for all tests of the local cloud; what they make in it has names of their own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_cloud import moto_server
from local_cloud.aws import Aws
from local_cloud.processes import Processes

REGION = "eu-central-1"


@pytest.fixture(scope="session")
def aws() -> Aws:
    """moto in this process, asked through its port as the local cloud does."""
    return Aws(moto_server.start(), REGION)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Processes that end with the test."""
    started = Processes(tmp_path / "logs")
    yield started
    started.end()


@pytest.fixture
def _here() -> Iterator[None]:
    """The working folder, as it was before: programs run in their own."""
    before = Path.cwd()
    yield
    os.chdir(before)
