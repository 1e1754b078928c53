"""One resource of every type that is made in moto, in the order in which a program would make them."""

from pathlib import Path

from .case import Case, make_all, read_back
from .containers import containers
from .functions import functions
from .network import network
from .observation import observation
from .storage import storage

__all__ = ["Case", "all_cases", "make_all", "read_back"]


def all_cases(folder: Path) -> list[Case]:
    """Every case; in `folder` a build context is made."""
    (folder / "Dockerfile").write_text("FROM scratch\n")
    return [*storage(folder), *network(), *observation(), *containers(folder), *functions()]
