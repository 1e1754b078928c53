"""The secrets of a stack, to look for where they must not be."""

import json

from tests.engine.cli import Stack


def secret_texts(stack: Stack) -> set[str]:
    """Every password, key and token of a stack, decrypted from its state: texts of 8 characters and more."""
    found: set[str] = set()
    for resource in stack.state(secrets=True):
        for part in ("inputs", "outputs"):
            for key, value in (resource.get(part) or {}).items():
                if not key.startswith("__"):  # a bridge's own bookkeeping is secret as a whole
                    _collect(value, found)
    return found


def _collect(value: object, found: set[str]) -> None:
    if isinstance(value, dict):
        if "plaintext" in value:
            _leaves(json.loads(value["plaintext"]), found)
        else:
            for item in value.values():
                _collect(item, found)
    elif isinstance(value, list):
        for item in value:
            _collect(item, found)


def _leaves(value: object, found: set[str]) -> None:
    if isinstance(value, str):
        try:
            inner = json.loads(value)
        except ValueError:
            inner = None
        if isinstance(inner, dict | list):
            _leaves(inner, found)
        elif len(value) >= 8:
            found.add(value)
    elif isinstance(value, dict):
        for item in value.values():
            _leaves(item, found)
    elif isinstance(value, list):
        for item in value:
            _leaves(item, found)
