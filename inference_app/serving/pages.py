"""The routes that a browser asks: the page at /, the documentation at /docs, and the files of both.

The files come with the package and change only with a release: every answer has an ETag, and a browser that
has the file already gets a 304.
"""

from __future__ import annotations

from ..errors import ApiError
from .accept import accepted_encoding, header_values, prefers_html
from .files import StaticFile
from .messages import Answer, Request, json_answer
from .services import Services


def get_index(request: Request, services: Services) -> Answer:
    """GET /: the page for a browser, where to go from here as JSON for everyone else (by Accept)."""
    if prefers_html(request.headers.get("accept", "")):
        return _file(services.documents.page_file("index.html"), request, vary="Accept, Accept-Encoding")
    return json_answer(200, services.documents.index(), request.request_id, {"Vary": "Accept"})


def get_static(request: Request, services: Services, name: str) -> Answer:
    """GET /static/{name}: a file of the page or of the documentation."""
    return _file(services.documents.page_file(name), request)


def get_docs(request: Request, services: Services) -> Answer:
    """GET /docs: the page that shows /openapi.json and tries requests."""
    return _file(services.documents.page_file("docs.html"), request)


def get_viewer(request: Request, services: Services, name: str) -> Answer:
    """GET /docs/{name}: a file of the viewer that /docs uses."""
    return _file(services.documents.viewer_file(name), request)


def _file(file: StaticFile | None, request: Request, vary: str = "Accept-Encoding") -> Answer:
    if file is None:
        raise ApiError(404, "not_found", "There is nothing at this path; GET / lists what there is")
    compressed = (
        file.compressed if accepted_encoding(request.headers.get("accept-encoding", ""), ["gzip"]) else None
    )
    etag = f'"{file.digest}"' if compressed is None else f'"{file.digest}-gzip"'
    headers = {
        "X-Request-Id": request.request_id,
        "Cache-Control": "no-cache",  # kept, and asked for again with the ETag: never stale after a release
        "ETag": etag,
        "Vary": vary,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    if file.policy:
        headers["Content-Security-Policy"] = file.policy
    known = header_values(request.headers.get("if-none-match", ""))
    if "*" in known or etag in (tag.removeprefix("W/") for tag in known):
        return Answer(304, tuple(headers.items()), b"")
    headers = {"Content-Type": file.content_type} | headers
    if compressed is not None:
        headers["Content-Encoding"] = "gzip"
    return Answer(200, tuple(headers.items()), file.content if compressed is None else compressed)
