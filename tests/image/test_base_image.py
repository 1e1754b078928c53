"""Which base image is taken: the one that is here, the one that can be pulled, else a stand-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.image import base_image
from tests.image.base_image import NoBaseImageError, debian_release, wanted
from tests.image.engine import EngineError


class FakeEngine:
    """Holds images; pulls those of a registry."""

    def __init__(self, here: set[str], registry: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        self.here, self.registry = here, registry

    def has_image(self, name: str) -> bool:
        return name in self.here

    def __call__(self, *words: str, **_: Any) -> str:
        assert words[0] == "pull"
        if words[-1] not in self.registry:
            raise EngineError("docker pull: exit 1\nno such host")
        self.here.add(words[-1])
        return ""


def choose(engine: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[str]]:
    """What is chosen, and what was made for it."""
    made: list[str] = []
    monkeypatch.setattr(base_image, "debian_release", lambda: "bookworm")
    monkeypatch.setattr(base_image, "make", lambda engine, tag, release: made.append(f"{tag} {release}"))  # noqa: ARG005
    return base_image.base_image(engine, lambda line: None), made  # noqa: ARG005


def test_an_image_that_is_here_or_can_be_pulled_is_taken_as_the_dockerfile_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = wanted()
    assert name.startswith("python:3.")
    assert choose(FakeEngine({name}), monkeypatch) == (name, [])
    assert choose(FakeEngine(set(), {name}), monkeypatch) == (name, [])


def test_without_a_registry_a_stand_in_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = "spot-inference/python-stand-in:bookworm"
    assert choose(FakeEngine(set()), monkeypatch) == (stand_in, [f"{stand_in} bookworm"])
    assert choose(FakeEngine({stand_in}), monkeypatch) == (stand_in, [])


def test_the_release_is_debians_or_the_message_names_a_way_out(tmp_path: Path) -> None:
    about = tmp_path / "os-release"
    about.write_text('ID=debian\nVERSION_CODENAME="trixie"\n')
    assert debian_release(about) == "trixie"
    for other in ("ID=ubuntu\nVERSION_CODENAME=noble\n", ""):
        about.write_text(other)
        with pytest.raises(NoBaseImageError, match="docker load"):
            debian_release(about)


def test_a_dockerfile_that_names_no_base_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(NoBaseImageError, match="ARG PYTHON_IMAGE"):
        wanted(tmp_path / "Dockerfile")
