"""Turns a Pulumi value into what an AWS call takes (names, lists, tags, numbers), by the API's own model.

The provider flattens and renames; the model that botocore carries says what the API wants. What fits by name
needs no rule, and a name that the API does not know is an error, so that nothing is dropped silently.
"""

from collections.abc import Mapping
from typing import Any


class ShapeError(Exception):
    """A value that has no place in the call."""


def put(parameters: dict[str, Any], shape: Any, path: str, value: Any) -> None:
    """Stores `value` under `path` (API names, dots between) in `parameters`, fitted to its place."""
    *outer, last = path.split(".")
    for step in outer:
        member = _member(shape, step, path)
        parameters, shape = parameters.setdefault(member, {}), shape.members[member]
    member = _member(shape, last, path)
    parameters[member] = fit(value, shape.members[member], path)


def fit(value: Any, shape: Any, where: str) -> Any:
    """`value` as `shape` wants it. Raises ShapeError naming the place that does not fit."""
    convert = _CONVERSIONS.get(shape.type_name)
    return convert(value, shape, where) if convert else value


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """`value` with its keys renamed at every level; a key renamed to nothing is left out."""
    if isinstance(value, Mapping):
        return {
            names.get(key, key): renamed(item, names) for key, item in value.items() if names.get(key, key)
        }
    return [renamed(item, names) for item in value] if isinstance(value, list) else value


def _member(shape: Any, name: str, path: str) -> str:
    """The member of a structure that `name` means: equal but for case and a plural."""
    wanted = name.replace("_", "").lower()
    members = {member.lower(): member for member in shape.members}
    singular = wanted[:-3] + "y" if wanted.endswith("ies") else wanted.removesuffix("s")
    for candidate in (wanted, singular, wanted + "s"):
        if candidate in members:
            return str(members[candidate])
    raise ShapeError(path)


def _structure(value: Any, shape: Any, where: str) -> Any:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]  # the provider may hold as a list of one what the API has once
    if not isinstance(value, Mapping):
        raise ShapeError(f"{where} (one object expected, {value!r} came)")
    fitted: dict[str, Any] = {}
    for key, item in value.items():
        if item is not None:
            member = _member(shape, key, f"{where}.{key}")
            fitted[member] = fit(item, shape.members[member], f"{where}.{key}")
    return fitted


def _list(value: Any, shape: Any, where: str) -> Any:
    if isinstance(value, Mapping) and (pair := _pair(shape.member)):
        key, content = pair
        return [{key: str(name), content: text(item)} for name, item in value.items()]
    items = value if isinstance(value, list) else [value]
    return [fit(item, shape.member, where) for item in items]


def _pair(shape: Any) -> tuple[str, str] | None:
    """The two members of a structure that holds an entry of a map, e.g. a tag."""
    members = {member.lower(): member for member in getattr(shape, "members", {})}
    for key, content in (("key", "value"), ("tagkey", "tagvalue"), ("name", "value")):
        if set(members) == {key, content}:
            return members[key], members[content]
    return None


def text(value: Any) -> str:
    """`value` as the API spells it: no `1.0`, no `True`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _map(value: Any, shape: Any, where: str) -> Any:
    return {str(key): fit(item, shape.value, where) for key, item in value.items()}


def _string(value: Any, _: Any, where: str) -> Any:
    if isinstance(value, Mapping | list):
        raise ShapeError(f"{where} (a text expected, {value!r} came)")
    return text(value)


def _flag(value: Any, _: Any, __: str) -> Any:
    return value if isinstance(value, bool) else str(value).lower() in ("true", "enabled")


_CONVERSIONS = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": lambda value, _, __: int(float(value)),
    "long": lambda value, _, __: int(float(value)),
    "double": lambda value, _, __: float(value),
    "float": lambda value, _, __: float(value),
    "boolean": _flag,
}
