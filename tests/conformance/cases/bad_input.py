"""What every model refuses: JSON that is not strict, shapes, types, ranges; by name where it can be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..asking import Asked
from ..case import Case, LeftOut, bearer, post, refused
from ..rows import by_choice, by_input
from ..service import Model, Service

# Bodies that are no strict JSON, for every route that reads one; the second half says why.
NOT_STRICT = {
    "no body": b"",
    "half a document": b"{",
    "two documents": b"{}{}",
    "single quotes": b"{'x':[1]}",
    "a trailing comma": b'{"x":[1,]}',
    "a comment": b'{"x":[1]} // one',
    "a leading zero": b'{"x":[01]}',
    "a plus": b'{"x":[+1]}',
    "an underscore": b'{"x":[1_0]}',
    "hexadecimal": b'{"x":[0x1]}',
    "NaN": b'{"x":[NaN]}',
    "Infinity": b'{"x":[Infinity]}',
    "-Infinity": b'{"x":[-Infinity]}',
    "a control character": b'{"x\n":[1]}',
    "not UTF-8": b'{"\xff":1}',
    "UTF-16": '{"x":[1]}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"x":[1]}',
    "equal keys": b'{"x":[1],"x":[2]}',
    "nested too deep": b"[" * 100_000,
    "nested objects too deep": b'{"a":' * 1000 + b"1" + b"}" * 1000,
    "a number of 5,000 digits": b'{"x":[' + b"9" * 5000 + b"]}",
}
NOT_NUMBERS = {
    "a boolean": "true",
    "null": "null",
    "a string": '"1"',
    "a list": "[1]",
    "an object": "{}",
    "1e400": "1e400",
    "-1e400": "-1e400",
    "10^400": f"1{'0' * 400}",
}


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """Syntax on the default model's routes and one other; the rest on every model of numbers."""
    auth = bearer(service)
    for name, body in NOT_STRICT.items():
        yield refused(name, post("/predict", body, auth), 400, "invalid_json")
    for path in ("/predict_api", service.default_model.path):
        for name in ("half a document", "NaN", "equal keys"):
            yield refused(name, post(path, NOT_STRICT[name], auth), 400, "invalid_json")
    for model in service.models.values():
        if model.takes_numbers_only:
            yield from _of_rows(model, auth)
            yield from _of_records(model, auth)


def _of_rows(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    row = model.examples[0]["instance"]
    first, width = model.inputs[0]["name"], len(model.inputs)
    name_width = "1 number" if width == 1 else f"{width} numbers"
    table: tuple[tuple[Any, ...], ...] = (
        ("a list as body", [row], "object"),
        ("a number as body", 1, "object"),
        ("null as body", None, "object"),
        ("an empty object", {}, "instances"),
        ("no rows", {"instances": []}, "at least one row"),
        ("null as rows", {"instances": None}, "instances"),
        ("a row in place of rows", {"instances": row}, "row 0", name_width),
        ("an empty row", {"instances": [[]]}, "row 0", name_width),
        ("a row too short", {"instances": [row, row[:-1]]}, "row 1", name_width, str(width - 1)),
        ("a row too long", {"instances": [row, [*row, 0.0]]}, "row 1", name_width, str(width + 1)),
        ("a record among rows", {"instances": [row, by_input(model, row)]}, "row 1"),
        ("a row among records", {"instances": [by_input(model, row), row]}, "row 1", "record"),
        ("a form and more", {"instances": [row], "threshold": 0.5}, "threshold"),
        ("two forms", {"data": row, "x": row}, "x"),
    )
    for name, document, *words in table:
        yield _refused(model, name, document, auth, *words)
    for name, text in NOT_NUMBERS.items():
        bad = json.dumps({"instances": [row, ["?", *row[1:]]]}).replace('"?"', text).encode()
        yield _refused(model, f"{name} for a number", bad, auth, "row 1", first)
    for item, position in ((item, at) for at, item in enumerate(model.inputs)):
        for bound, step in (("minimum", -0.5), ("maximum", 0.5)):
            if bound in item:
                value = item[bound] + step
                outside = [*row[:position], value, *row[position + 1 :]]
                says = ("row 1", item["name"], str(item[bound]), str(value))
                yield _refused(
                    model, f"{item['name']} beyond its {bound}", {"instances": [row, outside]}, auth, *says
                )


def _of_records(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    record = by_input(model, model.examples[0]["instance"])
    first = model.inputs[0]["name"]
    less = {key: value for key, value in record.items() if key != first}
    yield _refused(model, "a record without an input", {"instances": [record, less]}, auth, "row 1", first)
    yield _refused(model, "a record with an unknown input", {**record, "weight": 1}, auth, "weight")
    yield _refused(model, "a string in a record", {**record, first: "1"}, auth, "row 0", first)
    if chosen := by_choice(model):
        by_name, _ = chosen
        choice = model.choices[0]
        says = ("row 0", choice["name"], str(choice["values"][0]))
        for name, value in (
            ("an unknown choice", "no-such"),
            ("null for a choice", None),
            ("a list for a choice", [1]),
        ):
            yield _refused(model, name, {**by_name, choice["name"]: value}, auth, *says)
        mixed = {**by_name, choice["inputs"][0]: 1}
        yield _refused(model, "choices mixed with their inputs", mixed, auth, choice["inputs"][0])
        fewer = {key: value for key, value in by_name.items() if key != choice["name"]}
        if any(other["name"] in fewer for other in model.choices):
            yield _refused(model, "a record without a choice", fewer, auth, choice["name"])


def _refused(model: Model, name: str, document: Any, auth: dict[str, str], *says: str) -> Case:
    asked: Asked = post(model.path, document, auth)
    return refused(name, asked, 400, "invalid_input", *says)
