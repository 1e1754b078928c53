"""From a release (addresses, digests) to models in the store; a call tries once what is missing."""

from __future__ import annotations

import logging
import time
from typing import Protocol

from ..errors import RefusedError, SourceError
from ..settings import Release, parse_releases
from ..sources.protocols import ObjectReader, join
from .artifact import check_digest
from .loaded_model import LoadedModel, make_model
from .manifest import read_manifest
from .prepared import read_estimator
from .store import ModelStore

log = logging.getLogger("inference.models")

WAY_OUT = "deploy the model again, with the artifact and the manifest of one training"


def load(
    release: Release, objects: ObjectReader, use_prepared: bool = True, batching: bool = True
) -> LoadedModel:
    """The model of `release`, verified and self-tested.

    Both files must have the digests of the release (and the artifact the manifest's own); nothing is
    unpickled before. Raises SourceError when an address cannot be read now, RefusedError when what is there
    must not be served.
    """
    address = join(release.uri, "manifest.json")
    content = objects.read_object(address)
    check_digest(address, content, release.manifest_sha256)
    manifest = read_manifest(content)
    if (manifest.name, manifest.version) != (release.name, release.version):
        raise RefusedError(
            f"{address}: {release.name} {release.version} expected, {manifest.name} {manifest.version} found"
        )
    address = join(release.uri, manifest.artifact)
    if manifest.sha256 != release.sha256:
        raise RefusedError(
            f"{address}: sha256 {release.sha256} expected, the manifest names {manifest.sha256}"
        )
    content = objects.read_object(address)
    check_digest(address, content, release.sha256)
    return make_model(manifest, read_estimator(content, manifest, use_prepared), batching)


class LoadWatch(Protocol):
    """Who counts loads and failures."""

    def loaded(self, model: LoadedModel) -> None:
        """`model` is served from now on."""
        ...

    def failed(self, model: str, reason: str) -> None:
        """`model` ("*": the list of them) was "unreadable" or "refused"."""
        ...


class ModelLoader:
    """Loads the configured releases into a store."""

    def __init__(
        self,
        models: tuple[Release, ...] | str,
        default_model: str | None,
        objects: ObjectReader,
        store: ModelStore,
        watch: LoadWatch | None = None,
        use_prepared: bool = True,
        batching: bool = True,
    ) -> None:
        self._models = models
        self._default_model = default_model
        self._objects = objects
        self._store = store
        self._watch = watch
        self._use_prepared = use_prepared
        self._batching = batching
        if isinstance(models, tuple):
            store.expect(release.name for release in models)

    @property
    def default_model(self) -> str | None:
        """Which model answers where no name is given; None while the list that decides it is not known."""
        return self._default_model

    def load_missing(self) -> bool:
        """Tries every model that is not in the store. True when all are; each failure is one line in the log.

        A refusal is final for these bytes; whether it is tried again is a matter of the caller's patience.
        """
        try:
            releases = self._releases()
        except (SourceError, RefusedError) as error:
            log.error("the list of models is not there: %s", error)
            self._failed("*", error)
            return False
        for release in releases:
            if self._store.current(release.name) is not None:
                continue
            started = time.perf_counter()
            try:
                model = load(release, self._objects, self._use_prepared, self._batching)
            except SourceError as error:
                log.warning("model %s cannot be read yet: %s", release.name, error)
                self._failed(release.name, error)
            except RefusedError as error:
                log.error("model %s is refused: %s (%s)", release.name, error, WAY_OUT)
                self._failed(release.name, error)
            else:
                self._store.swap(model)
                if self._watch is not None:
                    self._watch.loaded(model)
                log.info(
                    "model %s %s is loaded (%d ms)",
                    model.name,
                    model.version,
                    1000 * (time.perf_counter() - started),
                )
        return self._store.complete

    def _failed(self, model: str, error: Exception) -> None:
        if self._watch is not None:
            self._watch.failed(model, "unreadable" if isinstance(error, SourceError) else "refused")

    def _releases(self) -> tuple[Release, ...]:
        if isinstance(self._models, tuple):
            return self._models
        try:
            releases = parse_releases(self._objects.read_object(self._models).decode("utf-8"))
        except ValueError as error:
            raise RefusedError(f"{self._models}: {error}") from error
        names = [release.name for release in releases]
        default_model = self._default_model or (names[0] if len(names) == 1 else None)
        if default_model not in names:
            raise RefusedError(f"DEFAULT_MODEL: one of {', '.join(names)} expected, {default_model!r} found")
        self._default_model = default_model
        self._models = releases
        self._store.expect(names)
        return releases
