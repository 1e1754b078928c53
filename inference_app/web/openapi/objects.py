"""The small pieces that an OpenAPI document is made of, as plain dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]

JSON = "application/json"
TEXT: Json = {"type": "string"}
ANYONE: list[Json] = []  # no token needed


def reference(name: str, kind: str = "schemas") -> Json:
    """A reference to the component `name`."""
    return {"$ref": f"#/components/{kind}/{name}"}


def object_of(properties: Json, required: Sequence[str] | None = None, closed: bool = False) -> Json:
    """An object; all its properties are required where `required` says nothing else. `closed`: it has no
    others."""
    names = list(properties) if required is None else list(required)
    schema: Json = {"type": "object", "properties": properties}
    if names:
        schema["required"] = names
    return schema | {"additionalProperties": False} if closed else schema


def list_of(items: Json, **rules: Any) -> Json:
    """An array of `items`."""
    return {"type": "array", "items": items, **rules}


def content(schema: Json, examples: Mapping[str, Any] | None = None, kind: str = JSON) -> Json:
    """A body of one media type; `examples` by name, the first is shown first."""
    media: Json = {"schema": schema}
    if examples:
        media["examples"] = {name: {"value": value} for name, value in examples.items()}
    return {kind: media}


def body(described: Json) -> Json:
    """A required request body of the contents `described`."""
    return {"required": True, "content": described}


def path_parameter(name: str, schema: Json, description: str) -> Json:
    """A parameter in the path."""
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}
