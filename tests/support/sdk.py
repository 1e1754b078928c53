"""What the SDKs know of a resource's inputs; mocks accept a misspelled one, the engine refuses it."""

import functools
import importlib
from typing import Any, get_args, get_origin

from pulumi import _types
from pulumi.runtime import rpc

from local_cloud.recording import Resource


@functools.cache
def inputs_of(token: str) -> type | None:
    """The SDK's `…Args` class of a resource type, or None where no SDK in this process knows the type."""
    for registered in rpc._RESOURCE_MODULES.get(token.rsplit(":", 1)[0], []):
        info = registered.mod_info  # type: ignore[attr-defined]
        found: type = getattr(importlib.import_module(info["fqn"]), f"{info['classes'][token]}Args")
        return found
    return None


def takes(token: str, key: str) -> bool:
    """Whether resources of this type have an input of that name, as it stands on the wire."""
    args = inputs_of(token)
    return args is not None and key in _types.input_type_types(args)


def typos(resource: Resource) -> list[str]:
    """Paths of inputs that the SDK does not know, at every depth."""
    args = inputs_of(resource.type)
    assert args, f"no SDK knows {resource.type}"
    return [f"{resource.type} {resource.name}: {path}" for path in _unknown(resource.inputs, args, "")]


def _unknown(value: Any, type_: Any, path: str) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in _unknown(item, type_, f"{path}[]")]
    args = _args_class(type_)
    if args is None or not isinstance(value, dict):
        return []
    known = _types.input_type_types(args)
    unknown = [f"{path}.{key}" for key in value if key not in known]
    for key in known.keys() & value.keys():
        unknown += _unknown(value[key], known[key], f"{path}.{key}")
    return unknown


def _args_class(type_: Any) -> type | None:
    """The input class within `Input[Sequence[Input[X]]]` and the like; a mapping's values have none."""
    if isinstance(type_, type) and get_origin(type_) is None:
        return type_ if _types.is_input_type(type_) else None
    if getattr(get_origin(type_), "__name__", "") == "Mapping":
        return None
    return next((found for part in get_args(type_) if (found := _args_class(part))), None)
