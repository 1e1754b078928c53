"""The JSON objects of an inference request, read strictly: what is of another kind is a 400 that names it."""

from __future__ import annotations

from typing import Any

from ..errors import bad_request
from .validation import shown

# Extensions that are not served, and whose silent absence would be another answer than the one asked for.
_NOT_SERVED = ("shared_memory_region", "classification")


def objects(document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The list of objects at `key`, at least one."""
    items = document.get(key)
    if not isinstance(items, list) or not items:
        raise bad_request(f"{key}: a list of at least one object expected, {shown(items)} came")
    for item in items:
        if not isinstance(item, dict):
            raise bad_request(f"{key}: a list of objects expected, {shown(item)} came in it")
    return items


def text(document: dict[str, Any], key: str, where: str) -> str:
    """The string at `key`."""
    value = document.get(key)
    if not isinstance(value, str):
        raise bad_request(f"{where}: {key}: a string expected, {shown(value)} came")
    return value


def parameters(document: dict[str, Any], where: str) -> dict[str, Any]:
    """The object at `parameters`, empty where there is none. A parameter that nobody knows is no error: the
    protocol leaves their names open."""
    found = document.get("parameters")
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise bad_request(f"{where}: parameters: an object expected, {shown(found)} came")
    for name in _NOT_SERVED:
        if found.get(name):
            raise bad_request(f"{where}: the parameter {name} is of an extension that is not served")
    return found


def flag(found: dict[str, Any], name: str, default: bool) -> bool:
    """The parameter `name`: true or false."""
    value = found.get(name, default)
    if not isinstance(value, bool):
        raise bad_request(f"parameters: {name}: true or false expected, {shown(value)} came")
    return value
