"""Paths and methods that are not there, types that are not taken, and the id that every answer carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..asking import Asked
from ..bodies import Empty, Error, Json
from ..case import Case, LeftOut, bearer, get, post, refused
from ..expect import Text
from ..routes import METHODS, OPEN, path_of
from ..service import Service
from ..ways import Feature

TRIED = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ODD_PATH, ODD_METHOD = frozenset({Feature.ODD_PATH}), frozenset({Feature.ODD_METHOD})
NEW_ID = Text("[0-9a-f]{32}")
KEPT_ID = "abc-123.DEF_4"
NEW_IDS = {
    "too short": "a1b2c3d",
    "too long": "x" * 65,
    "blanks inside": "a b c d e f",
    "what breaks a log line": 'x"},{"level',
    "a slash": "../../etc/passwd",
    "not ASCII": "\xe4\xf6\xfc\xdf\xe4\xf6\xfc\xdf",
}


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """404, 405, 415 and request ids."""
    yield from _paths(bearer(service))
    yield from _methods(service)
    yield from _types(service)
    yield from _request_ids()


def _paths(auth: dict[str, str]) -> Iterator[Case]:
    for path in (
        "/nope",
        "/predict/x",
        "/login/x",
        "/models/a/b",
        "/Healthz",
        "/models/a/predict/b",
        "/v1",
        "/favicon.ico",
    ):
        yield refused("nothing there", get(path), 404, "not_found")
    yield refused("nothing there, with a token", get("/nope", auth), 404, "not_found")
    yield refused("nothing there", Asked("POST", "/nope", body=b"{"), 404, "not_found")
    yield refused("nothing there", Asked("OPTIONS", "/nope"), 404, "not_found")
    absent = Error("not_found")
    yield Case("nothing there", Asked("HEAD", "/nope"), 404, Empty(absent))
    for name, path in (
        ("a slash at the end", "/predict/"),
        ("a slash at the end", "/healthz/"),
        ("several slashes at the end", "/predict//"),
        ("no name", "/models//predict"),
        ("dots and a semicolon", "/..;/predict"),
        ("bytes that are no UTF-8", "/%ff%00/..;/predict"),
        ("another script", "/%D9%A3"),
    ):
        yield refused(name, get(path, auth), 404, "not_found", needs=ODD_PATH)
    encoded = get("/models%2Fno-such", auth)
    yield refused("an encoded slash is a slash", encoded, 404, "unknown_model", needs=ODD_PATH)


def _methods(service: Service) -> Iterator[Case]:
    auth = bearer(service)
    for template, allowed in METHODS.items():
        path = path_of(template, service)
        for method in TRIED:
            if method not in allowed.split(", "):
                yield _not_allowed("another method", Asked(method, path, headers=auth), allowed)
        if template in OPEN:
            yield _not_allowed("another method, no token", Asked("DELETE", path), allowed)
    yield _not_allowed("a method of no RFC", Asked("BREW", "/healthz"), METHODS["/healthz"], ODD_METHOD)
    head = Asked("HEAD", "/login")
    yield Case("HEAD where GET is not", head, 405, Empty(Error("method_not_allowed")), {"allow": "POST"})


def _not_allowed(name: str, asked: Asked, allowed: str, needs: frozenset[Feature] = frozenset()) -> Case:
    return Case(name, asked, 405, Error("method_not_allowed", (allowed,)), {"allow": allowed}, needs)


def _types(service: Service) -> Iterator[Case]:
    auth, path = bearer(service), service.default_model.path
    for target in ("/predict", "/predict_api", path):
        for came in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"):
            asked = Asked("POST", target, headers={**auth, "Content-Type": came}, body=b"a=1")
            yield refused(came, asked, 415, "unsupported_media_type", came[:20])
        yield refused(
            "no type", Asked("POST", target, headers=auth, body=b"{}"), 415, "unsupported_media_type"
        )
        coded = post(target, b"\x1f\x8b", {**auth, "Content-Encoding": "gzip"})
        yield refused("a compressed body", coded, 415, "unsupported_media_type", "Content-Encoding")


def _request_ids() -> Iterator[Case]:
    alive = Json({"status": "alive"})
    yield Case("an id that is harmless in a log", get("/healthz"), 200, alive, request_id=KEPT_ID)
    new = {"x-request-id": NEW_ID}
    yield Case("no id", get("/healthz"), 200, alive, new, request_id=None)
    for name, value in NEW_IDS.items():
        needs = frozenset() if value.isascii() else frozenset({Feature.ODD_HEADER})
        case = Case(f"an id: {name}", get("/healthz"), 200, alive, new, needs)
        yield replace(case, request_id=value, comes_back=False)
    lost = Error("not_found")
    yield Case("an error carries the id, too", get("/nope"), 404, lost, request_id=KEPT_ID)
