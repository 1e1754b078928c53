"""The files that a browser gets: the page and /docs from static/, the viewer of /docs from its own package.

They are read when they are first asked for, so that a start costs nothing for them. Everything comes from
this service: the policies below allow no other address, no inline script and no frame around us.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from ..serving.files import StaticFile

STATIC = Path(__file__).with_name("static")
# drf-spectacular-sidecar is Swagger UI's files in a package of the Python index; nothing of it is imported.
VIEWER_PACKAGE, VIEWER_FOLDER = "drf_spectacular_sidecar", "static/drf_spectacular_sidecar/swagger-ui-dist"
VIEWER_FILES = ("swagger-ui-bundle.js", "swagger-ui.css")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_BASE_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
POLICIES = {
    # data: and blob: are images that the page itself makes: what was drawn, and previews of what was dropped.
    "index.html": f"{_BASE_POLICY}; style-src 'self'; img-src 'self' data: blob:",
    "docs.html": f"{_BASE_POLICY}; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
}


@cache
def page_file(name: str) -> StaticFile | None:
    """The file called `name` in static/."""
    return _read(STATIC / name, POLICIES.get(name, "")) if name in page_names() else None


@cache
def viewer_file(name: str) -> StaticFile | None:
    """The viewer's file called `name`, None where its package is not installed."""
    spec = importlib.util.find_spec(VIEWER_PACKAGE)
    if name not in VIEWER_FILES or spec is None or spec.origin is None:
        return None
    return _read(Path(spec.origin).parent / VIEWER_FOLDER / name, "")


@cache
def page_names() -> tuple[str, ...]:
    """The names of the files in static/."""
    return tuple(sorted(path.name for path in STATIC.iterdir() if path.suffix in TYPES))


def _read(path: Path, policy: str) -> StaticFile:
    return StaticFile(path.read_bytes(), TYPES[path.suffix], policy)
