"""The documents that describe the service: the OpenAPI 3.1 document, the JSON index, the page's files.

The OpenAPI document is put together when it is asked for, so that a start costs nothing for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ... import __version__
from ...models.loaded_model import LoadedModel
from ...serving.files import StaticFile
from ..page import page_file, viewer_file

TITLE = "Spot Inference"


class ServiceDocuments:
    """Writes the documents. (serving.services.Documents)"""

    def openapi(self, models: Sequence[LoadedModel] | None, default: str | None) -> dict[str, Any]:
        """The OpenAPI document; `models` None: generic; `default` names the model of /predict."""
        from .document import document

        return document(TITLE, models, default)

    def index(self) -> dict[str, Any]:
        """The JSON index at /."""
        return {
            "service": TITLE,
            "version": __version__,
            "login": "POST /login",
            "predict": "POST /predict",
            "models": "GET /models",
            "openapi": "GET /openapi.json",
            "docs": "GET /docs",
            "health": "GET /healthz",
            "ready": "GET /readyz",
        }

    def page_file(self, name: str) -> StaticFile | None:
        """A file of the page or of /docs."""
        return page_file(name)

    def viewer_file(self, name: str) -> StaticFile | None:
        """A file of the viewer that /docs uses."""
        return viewer_file(name)
