"""The models that this process serves, each read once per request and replaced whole."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from .loaded_model import LoadedModel


class ModelStore:
    """Which models are expected and which are there. Reading takes no lock: a swap replaces the whole
    mapping."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._models: Mapping[str, LoadedModel] = MappingProxyType({})
        self._expected: frozenset[str] | None = None  # None: the list itself is not known yet

    def expect(self, names: Iterable[str]) -> None:
        """The names that the configuration asks for."""
        self._expected = frozenset(names)

    def expects(self, name: str) -> bool | None:
        """Whether `name` is configured; None while the list of models is not known."""
        return None if self._expected is None else name in self._expected

    def current(self, name: str) -> LoadedModel | None:
        """The model called `name`, or None while it is not loaded."""
        return self._models.get(name)

    def all(self) -> tuple[LoadedModel, ...]:
        """Every loaded model, by name."""
        models = self._models
        return tuple(models[name] for name in sorted(models))

    def swap(self, model: LoadedModel) -> None:
        """From now on `model` answers for its name; requests under way keep the one they read."""
        with self._lock:
            self._models = MappingProxyType({**self._models, model.name: model})

    def missing(self) -> list[str]:
        """What is expected and not there, in words."""
        if self._expected is None:
            return ["the list of models"]
        return [f"model {name}" for name in sorted(self._expected) if name not in self._models]

    @property
    def complete(self) -> bool:
        """Whether every expected model is there."""
        expected = self._expected
        return expected is not None and all(name in self._models for name in expected)
