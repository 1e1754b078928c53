"""Finds `null` in the JSON documents that a program wrote: an output that was never there, or not yet."""

import json
from collections.abc import Iterator
from typing import Any

from local_cloud.recording import Graph


def nulls(graph: Graph) -> list[str]:
    """A sentence for each null in a document, with the resource and the place in it."""
    found = []
    for resource in graph.resources:
        for place, text in _texts(resource.inputs, ""):
            for inner in _nulls(_parsed(text), "$"):
                found.append(f"{resource.type} {resource.name}: {place} has a null at {inner}")
    return found


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place.lstrip("."), value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{place}.{key}")
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _texts(item, f"{place}[{at}]")


def _parsed(text: str) -> Any:
    """The document in the text, or False where there is none."""
    if not text.startswith(("{", "[")):
        return False
    try:
        return json.loads(text)
    except ValueError:
        return False


def _nulls(document: Any, place: str) -> Iterator[str]:
    if document is None:
        yield place
    elif isinstance(document, dict):
        for key, item in document.items():
            yield from _nulls(item, f"{place}.{key}")
    elif isinstance(document, list):
        for at, item in enumerate(document):
            yield from _nulls(item, f"{place}[{at}]")
    elif isinstance(document, str):
        # A document may stand in another one, as the models do in a container's environment.
        yield from _nulls(_parsed(document), place)
