"""Pictures in place of rows: as a body of their own or in a form, and everything that is no picture."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from ..asking import Asked
from ..bodies import Body, Json
from ..case import Case, LeftOut, bearer, post, refused
from ..expect import Each, about
from ..pictures import BLACK_JPEG, BOUNDARY, GIF, as_values, form, framed, of_example, two_files
from ..rows import of_shape
from ..service import Model, Service
from ..ways import Feature

MOST_BYTES = 4 * 1024 * 1024
MOST_PIXELS = 2**24
PNG, JPEG = "image/png", "image/jpeg"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
LARGEST = frozenset({Feature.LARGE_BODY, Feature.LARGEST_BODY})
# A pixel has 256 steps: an example comes back rounded, its class is the same.
WITHIN = 0.05


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """On each model that takes an image; and on one that does not."""
    auth = bearer(service)
    takers = [model for model in service.models.values() if model.takes_an_image]
    others = [model for model in service.models.values() if not model.takes_an_image]
    if not takers:
        yield LeftOut("pictures", "no model takes an image")
    for model in takers:
        yield from _answered(model, auth)
        yield from _refused(model, auth)
    picture = of_example([[0.0]], 1)
    for model in others[:1]:
        for kind, body in ((PNG, picture), (FORM, form(picture))):
            asked = _asked(model, body, kind, auth)
            yield refused(f"{kind[:19]} to rows", asked, 415, "unsupported_media_type", kind[:19])


def _answered(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    label, scale = {"x-model": model.label}, model.inputs[0]["scale"]

    def case(name: str, body: bytes, kind: str, expected: Body) -> Case:
        return Case(name, _asked(model, body, kind, auth), 200, expected, label)

    datatype = model.inputs[0].get("datatype", "float64")
    for index, example in enumerate(model.examples):
        picture = of_example(example["instance"], scale)
        values = as_values(example["instance"], scale, datatype)
        by_values = post(model.path, {"instances": [values]}, auth)
        twin = None if model.has_large_rows else by_values
        asked, name = _asked(model, picture, PNG, auth), f"example {index} as a picture"
        yield Case(name, asked, 200, _like(model, example), label, twin=twin)
    example = model.examples[0]
    picture, expected = of_example(example["instance"], scale), _like(model, example)
    yield case("enlarged", of_example(example["instance"], scale, 16), PNG, expected)
    yield case("a form", form(picture), FORM, expected)
    quoted = f'Multipart/Form-Data; boundary="{BOUNDARY}"'
    yield case("another spelling of the form", form(picture), quoted, expected)
    yield case("a PNG called a JPEG", picture, JPEG, expected)
    yield case("a JPEG", BLACK_JPEG, JPEG, of_shape(model, 1))
    yield case("a JPEG in a form", form(BLACK_JPEG, filename="a.jpg"), FORM, of_shape(model, 1))


def _refused(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    picture = of_example(model.examples[0]["instance"], model.inputs[0]["scale"])
    broken = "The image cannot be read"
    files: tuple[tuple[Any, ...], ...] = (
        ("no picture", b"", "an empty file"),
        ("text", b"hello, world", "PNG or JPEG"),
        ("a GIF", GIF, "a GIF"),
        ("an SVG", b"<svg/>", "an SVG"),
        ("its beginning alone", picture[:8], broken),
        ("half a picture", picture[: len(picture) // 2], broken),
        ("a picture without its data", framed(8, 8, b""), broken),
        ("less data than pixels", framed(800, 800, zlib.compress(b"\0" * 9)), broken),
        ("half a JPEG", BLACK_JPEG[:80], broken),
    )
    for name, body, *words in files:
        yield refused(name, _asked(model, body, PNG, auth), 400, "invalid_image", *words)
    bomb = framed(5000, 5000, zlib.compress(b"\0"))
    says = (str(MOST_PIXELS), "5000 by 5000")
    yield refused("a bomb", _asked(model, bomb, PNG, auth), 413, "too_many_pixels", *says)
    heavy = _asked(model, picture.ljust(MOST_BYTES + 1, b"\0"), PNG, auth)
    yield refused("over 4 MiB", heavy, 413, "body_too_large", str(MOST_BYTES), needs=LARGEST)
    yield from _forms(model, picture, auth)
    for kind in ("text/plain", "image/gif", "application/octet-stream", "application/x-www-form-urlencoded"):
        asked = _asked(model, picture, kind, auth)
        yield refused(f"as {kind}", asked, 415, "unsupported_media_type", PNG, FORM[:19], kind)
    coded = _asked(model, picture, PNG, {**auth, "Content-Encoding": "gzip"})
    yield refused("compressed", coded, 415, "unsupported_media_type", "Content-Encoding")


def _forms(model: Model, picture: bytes, auth: dict[str, str]) -> Iterator[Case]:
    bodies: dict[str, tuple[Any, ...]] = {
        "an empty form": (b"", FORM),
        "a form cut off": (form(picture)[: len(picture)], FORM),
        "another field": (form(picture, "picture"), FORM, "'image'", "'picture'"),
        "text in the field": (form(b"abc", filename=None), FORM, "'image'", "text"),
        "two files": (two_files(picture), FORM, "2 came"),
        "no boundary": (form(picture), "multipart/form-data", "boundary"),
        "another boundary": (form(picture), "multipart/form-data; boundary=another"),
    }
    for name, (body, kind, *says) in bodies.items():
        yield refused(name, _asked(model, body, kind, auth), 400, "invalid_form", *says)
    no_picture = _asked(model, form(b"abc"), FORM, auth)
    yield refused("a form with no picture", no_picture, 400, "invalid_image", "PNG or JPEG")


def _like(model: Model, example: dict[str, Any]) -> Body:
    value: dict[str, Any] = {"model": model.name, "version": model.version}
    found = example["prediction"]
    value["prediction"] = [found] if model.is_classifier else about([found], abs(found) * WITHIN + WITHIN)
    if model.gives_probability:
        value["probability"] = Each(about(example["probability"], WITHIN), 1)
    return Json(value)


def _asked(model: Model, body: bytes, kind: str, auth: dict[str, str]) -> Asked:
    return Asked("POST", model.path, headers={**auth, "Content-Type": kind}, body=body)
