"""JSON Schema of what a model takes and gives, from its manifest: exactly what the validation accepts."""

from __future__ import annotations

import math
from typing import Any

from ...models.inputs import Choice, Input
from ...models.manifest import Manifest
from ...models.values import FLOATS, float_bounds, whole_bounds
from ...serving.limits import MAX_ROWS
from .objects import Json, list_of, object_of

ROW_FORMS = ("data", "x")


def value_schema(item: Input) -> Json:
    """One row's value of an input: nested lists where it has a shape."""
    described = {"description": item.description} if item.description else {}
    schema = _single(item) | ({} if item.shape else described)
    for size in reversed(item.shape):
        schema = list_of(schema, minItems=size, maxItems=size)
    return schema | described


def row_schema(manifest: Manifest) -> Json:
    """A row as a list of values; where the model takes one array or image, the array itself."""
    if manifest.lone_array:
        return value_schema(manifest.lone_array)
    width = len(manifest.inputs)
    columns = [value_schema(item) for item in manifest.inputs]
    return {"type": "array", "prefixItems": columns, "items": False, "minItems": width, "maxItems": width}


def record_schemas(manifest: Manifest) -> list[Json]:
    """A row as an object: every choice and what is outside the choices (where there are any), or every
    input."""
    records = [object_of({item.name: value_schema(item) for item in manifest.inputs}, closed=True)]
    if manifest.choices:
        chosen = {name for choice in manifest.choices for name in choice.inputs}
        free = {item.name: value_schema(item) for item in manifest.inputs if item.name not in chosen}
        by_choice = {choice.name: _choice(choice) for choice in manifest.choices} | free
        records.insert(0, object_of(by_choice, closed=True))
    return records


def rows_schema(manifest: Manifest) -> Json:
    """The body of a prediction: rows, or one row in one of its other forms."""
    row, records = row_schema(manifest), record_schemas(manifest)
    many = {"minItems": 1, "maxItems": MAX_ROWS}
    instances = {"anyOf": [list_of(row, **many), list_of({"anyOf": records}, **many)]}
    return {
        "anyOf": [
            object_of({"instances": instances}, closed=True),
            *(object_of({form: row}, closed=True) for form in ROW_FORMS),
            *records,
        ]
    }


def prediction_schema(manifest: Manifest) -> Json:
    """The answer to a prediction."""
    output = manifest.output
    value: Json = {"enum": list(output.classes)} if output.kind == "class" else {"type": "number"}
    share: Json = {"type": "number", "minimum": 0, "maximum": 1}
    width = len(output.classes)
    probability = {"probability": list_of(list_of(share, minItems=width, maxItems=width))} if width else {}
    properties = {
        "prediction": list_of(value, minItems=1),
        **probability,
        "model": {"const": manifest.name},
        "version": {"const": manifest.version},
    }
    return object_of(properties, ("prediction", "model", "version"))


def record_example(manifest: Manifest) -> Json:
    """The first example's row as a record, by choices where there are any."""
    instance: Any = manifest.examples[0].instance
    values = [instance] if manifest.lone_array else list(instance)
    record = dict(zip((item.name for item in manifest.inputs), values, strict=True))
    for choice in manifest.choices:
        columns = [record.pop(name) for name in choice.inputs]
        if 1 not in columns:
            return dict(zip((item.name for item in manifest.inputs), values, strict=True))
        record[choice.name] = choice.values[columns.index(1)]
    return record


def rows_examples(manifest: Manifest) -> Json:
    """Bodies that work when they are pasted."""
    instance: Any = manifest.document["examples"][0]["instance"]
    return {
        "a record": {"instances": [record_example(manifest)]},
        "a row": {"instances": [instance]},
        "two rows": {"instances": [instance, manifest.document["examples"][-1]["instance"]]},
        "one row, as earlier clients send it": {"data": instance},
    }


def prediction_example(manifest: Manifest) -> Json:
    """The answer to the first example."""
    example = manifest.document["examples"][0]
    probability = {"probability": [example["probability"]]} if "probability" in example else {}
    return {
        "prediction": [example["prediction"]],
        **probability,
        "model": manifest.name,
        "version": manifest.version,
    }


def _single(item: Input) -> Json:
    if item.datatype == "bool":
        return {"type": "boolean"}
    if item.kind == "category":
        return {"enum": list(item.values)}
    if item.kind == "string":
        return {"type": "string"} | ({"maxLength": item.maximum_length} if item.maximum_length else {})
    if item.datatype not in FLOATS:
        least, greatest = whole_bounds(item)
        return {"type": "integer", "minimum": least, "maximum": greatest}
    low, high = float_bounds(item)
    bounds = {"minimum": low, "maximum": high}
    return {"type": "number"} | {key: bound for key, bound in bounds.items() if math.isfinite(bound)}


def _choice(choice: Choice) -> Json:
    return {"enum": list(choice.values)} | ({"description": choice.description} if choice.description else {})
