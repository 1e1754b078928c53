"""Rows and records that are not the model's: shapes, counts, names, values, each told by row and input."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..case import Case, LeftOut, bearer, post, refused
from ..rows import by_choice, by_input
from ..service import Model, Service

BEYOND_ALL = {"1e400": "1e400", "-1e400": "-1e400", "10^400": f"1{'0' * 400}"}
NO_NUMBERS = {"a boolean": "true", "null": "null", "a string": '"1"', "an object": "{}"}
WHOLE = ("int64", "int32", "int16", "uint8")


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """On every model."""
    auth = bearer(service)
    for model in service.asked_by_rows:
        yield from _of_bodies(model, auth)
        yield from _of_rows(model, auth)
        yield from _of_values(model, auth)
        yield from _of_records(model, auth)
        yield from _of_choices(model, auth)


def _of_bodies(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    row = model.examples[0]["instance"]
    yield _refused(model, "a list as body", [row], auth, "object")
    yield _refused(model, "a number as body", 1, auth, "object")
    yield _refused(model, "null as body", None, auth, "object")
    yield _refused(model, "an empty object", {}, auth, "instances")
    yield _refused(model, "no rows", {"instances": []}, auth, "at least one row")
    yield _refused(model, "null as rows", {"instances": None}, auth, "instances")
    yield _refused(model, "an object as rows", {"instances": {"0": row}}, auth, "instances")
    yield _refused(model, "a form and more", {"instances": [row], "threshold": 0.5}, auth, "threshold")
    yield _refused(model, "two forms", {"data": row, "x": row}, auth, "only data expected")


def _of_rows(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    row = model.examples[0]["instance"]
    yield _refused(model, "null as a row", {"instances": [row, None]}, auth, "row 1")
    yield _refused(model, "an empty row", {"instances": [[]]}, auth, "row 0")
    for name, other in (("too short", row[:-1]), ("too long", [*row, row[-1]])):
        came = () if model.lone_array else (str(len(other)), str(len(row)))
        yield _refused(model, f"a row {name}", {"instances": [row, other]}, auth, "row 1", *came)
    record = by_input(model, row)
    yield _refused(model, "a record among rows", {"instances": [row, record]}, auth, "row 1")
    yield _refused(model, "a row among records", {"instances": [record, row]}, auth, "row 1", "record")
    if not model.lone_array:
        yield _refused(model, "a row in place of rows", {"instances": row}, auth, "row 0")


def _of_values(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    row = model.examples[0]["instance"]
    for position, item in enumerate(model.inputs):
        if model.is_table and position and not {"minimum", "maximum"} & item.keys():
            continue  # like the first one
        for name, text, *says in _wrong(item):
            bad = _with(row, None if model.lone_array else position, item)
            document = json.dumps({"instances": [row, bad]}).replace('"?"', text).encode()
            yield _refused(model, f"{name} for {item['name']}", document, auth, "row 1", item["name"], *says)


def _wrong(item: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """What `item` is called that does not fit, as JSON, and what the refusal says beyond row and input."""
    if item["kind"] == "category":
        yield "an unknown value", '"no such value"', "one of"
        yield "null", "null", "one of"
    elif item["kind"] == "string":
        yield "a number", "1", "a string"
        yield "null", "null", "a string"
        if longest := item.get("maximum_length"):
            yield "too long a text", json.dumps("a" * (longest + 1)), str(longest)
    elif item.get("datatype") == "bool":
        yield "a number", "1", "true or false"
        yield "a string", '"true"', "true or false"
    else:
        for name, text in {**NO_NUMBERS, **BEYOND_ALL}.items():
            yield name, text, "number"
        if item.get("datatype") in WHOLE:
            yield "a fraction", "1.5", "a whole number"
        yield from _beyond(item)


def _beyond(item: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    bounds = {"minimum": 0, "maximum": item["scale"]} if item["kind"] == "image" else item
    for bound, step in (("minimum", -1), ("maximum", 1)):
        if bound in bounds:
            value = bounds[bound] + step
            yield f"a value beyond the {bound}", json.dumps(value), json.dumps(value)


def _with(row: list[Any], position: int | None, item: dict[str, Any]) -> Any:
    """`row` with a mark in place of a value: the input at `position`, or the first value of its array."""
    if position is None:
        return _first_marked(row)
    value: Any = _first_marked(row[position]) if item.get("shape") else "?"
    return [*row[:position], value, *row[position + 1 :]]


def _first_marked(array: Any) -> Any:
    return [_first_marked(array[0]), *array[1:]] if isinstance(array, list) else "?"


def _of_records(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    record = by_input(model, model.examples[0]["instance"])
    first = model.inputs[0]["name"]
    less = {key: value for key, value in record.items() if key != first}
    yield _refused(model, "a record without an input", {"instances": [record, less]}, auth, "row 1", first)
    yield _refused(model, "a record with an unknown input", {**record, "no_such": 1}, auth, "no_such")
    yield _refused(model, "null in a record", {**record, first: None}, auth, "row 0", first)


def _of_choices(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    if not (chosen := by_choice(model)):
        return
    record, _ = chosen
    choice = model.choices[0]
    says = ("row 0", choice["name"], str(choice["values"][0]))
    for name, value in (("an unknown", "no-such"), ("null as a", None), ("a list as a", [1])):
        yield _refused(model, f"{name} choice", {**record, choice["name"]: value}, auth, *says)
    mixed = {**record, choice["inputs"][0]: 1}
    yield _refused(model, "choices mixed with their inputs", mixed, auth, choice["inputs"][0])
    fewer = {key: value for key, value in record.items() if key != choice["name"]}
    if any(other["name"] in fewer for other in model.choices):
        yield _refused(model, "a record without a choice", fewer, auth, choice["name"])


def _refused(model: Model, name: str, document: Any, auth: dict[str, str], *says: str) -> Case:
    return refused(name, post(model.path, document, auth), 400, "invalid_input", *says)
