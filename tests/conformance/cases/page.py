"""The page for browsers at /, the documentation at /docs, and their files: what no JSON client asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..asking import Asked, Reply
from ..bodies import Body, Empty, Packed
from ..case import Case, LeftOut, get, refused
from ..expect import Says, Text
from ..routes import FILES
from ..service import Service
from .describe import INDEX

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
HTML, SCRIPT, STYLE = (f"text/{kind}; charset=utf-8" for kind in ("html", "javascript", "css"))
KEPT: dict[str, Any] = {"cache-control": "no-cache", "etag": Text('"[0-9a-f]{20}(-gzip)?"')}
POLICY = Says(("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"))
_ELSEWHERE = re.compile(rb"""(?:src|href|action)\\s*=\\s*["']?(?:https?:)?//""", re.IGNORECASE)


@dataclass(frozen=True)
class File(Body):
    """A file of this type that begins with `start` and loads nothing from another address."""

    content_type: str
    start: bytes = b""

    def headers(self) -> dict[str, Any]:
        """The type, and what makes a browser ask again instead of showing an old one."""
        return {"content-type": self.content_type, **KEPT}

    def differences(self, reply: Reply) -> Iterator[str]:
        """A line for another start, and one for an address outside of the service."""
        if not reply.body.lower().startswith(self.start):
            yield f"body: {self.start!r} expected first, {reply.body[:40]!r} came"
        if not reply.body:
            yield "body: a file expected, nothing came"
        if (found := _ELSEWHERE.search(reply.body)) and self.content_type == HTML:
            yield f"body: nothing from another address expected, {found.group()!r} came"


@dataclass(frozen=True)
class NotModified(Body):
    """No body. (Its type is nobody's matter: API Gateway adds one where there is none.)"""

    def headers(self) -> dict[str, Any]:
        """What a browser keeps the file by."""
        return KEPT

    def differences(self, reply: Reply) -> Iterator[str]:
        """One line for a body."""
        yield from Empty(self).differences(reply)


def cases(_: Service) -> Iterator[Case | LeftOut]:
    """By Accept; by If-None-Match; compressed."""
    page, policy = File(HTML, b"<!doctype html>"), {"content-security-policy": POLICY}
    browser = {"Accept": BROWSER}
    yield Case("for a browser", get("/", browser), 200, page, policy)
    yield Case("for a browser, by HEAD", Asked("HEAD", "/", headers=browser), 200, Empty(page), policy)
    for accept in ("application/json, text/html;q=0.9", "*/*", "application/json", "text/html;q=0"):
        varies = {"vary": Says(("Accept",))}
        yield Case(f"Accept: {accept}", get("/", {"Accept": accept}), 200, INDEX, varies)
    yield Case("Accept: text/html", get("/", {"Accept": "text/html"}), 200, page, policy)
    yield Case("the documentation", get("/docs"), 200, page, policy)
    script, style = (File(kind) for kind in (SCRIPT, STYLE))
    for path, file in ((FILES["/static/{name}"], script), (FILES["/docs/{name}"], style)):
        yield Case("a file", get(path), 200, file)
        yield Case("a file, by HEAD", Asked("HEAD", path), 200, Empty(file))
        packed = Packed(file, "gzip")
        yield Case("a compressed file", get(path, {"Accept-Encoding": "br, gzip"}), 200, packed)
        yield Case("gzip refused", get(path, {"Accept-Encoding": "gzip;q=0, identity"}), 200, file)
        yield Case("a file that the browser has", get(path, {"If-None-Match": "*"}), 304, NotModified())
        yield Case("a file that has changed", get(path, {"If-None-Match": '"0"'}), 200, file)
    for path in ("/static/no-such.js", "/docs/no-such.js", "/static/page.py", "/docs/docs.html"):
        yield refused("no such file", get(path), 404, "not_found")
