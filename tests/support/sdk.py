"""What the SDKs know of a resource's inputs; mocks accept a misspelt one, the engine refuses it.

A resource's own arguments are checked by its constructor, the dictionaries inside them are not. Here each
recorded input is built again as the SDK's `…Args` classes, which know every key at every depth.
"""

import functools
import importlib
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pulumi import _types
from pulumi.runtime import rpc

from local_cloud.recording import Graph, Resource


@functools.cache
def inputs_of(token: str) -> type | None:
    """The SDK's `…Args` class of a resource type, or None where no SDK in this process knows the type."""
    for registered in rpc._RESOURCE_MODULES.get(token.rsplit(":", 1)[0], []):
        info = registered.mod_info  # type: ignore[attr-defined]
        name = info["classes"][token]
        module = importlib.import_module(getattr(importlib.import_module(info["fqn"]), name).__module__)
        # Where …Args is the name of a nested type already, the resource's own is called …InitArgs.
        found: type = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
        return found
    return None


def takes(token: str, key: str) -> bool:
    """Whether resources of this type have an input of that name, as it stands on the wire."""
    args = inputs_of(token)
    return args is not None and key in _types.input_type_types(args)


def typos(resource: Resource) -> list[str]:
    """A sentence for each input that the SDK does not know, or that it misses, at every depth."""
    if not resource.inputs:
        return []  # made by a remote component, whose children are not the program's
    args = inputs_of(resource.type)
    assert args, f"no SDK knows {resource.type}"
    return [f"{resource.type} {resource.name}: {path}" for path in _problems(resource.inputs, args, "")]


def typos_of(graph: Graph) -> list[str]:
    """The same for everything that a program registered of types that an SDK knows."""
    known = [resource for resource in graph.resources if inputs_of(resource.type)]
    return [typo for resource in known for typo in typos(resource)]


def _problems(value: Any, type_: Any, path: str) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in _problems(item, type_, f"{path}[]")]
    args = _args_class(type_)
    if args is None or not isinstance(value, Mapping):
        return []
    known = _types.input_type_types(args)
    problems = [f"{path}.{key} is unknown" for key in value if key not in known]
    for key in known.keys() & value.keys():
        problems += _problems(value[key], known[key], f"{path}.{key}")
    return problems + _missing(value, args, path)


def _missing(value: Mapping[str, Any], args: type, path: str) -> list[str]:
    """What the class's constructor wants and did not get."""
    python_names = {wire: name for name, wire in _types.input_type_py_to_pulumi_names(args).items()}
    try:
        args(**{python_names[key]: item for key, item in value.items() if key in python_names})
    except TypeError as error:
        return [f"{path} {error}"]
    return []


def _args_class(type_: Any) -> type | None:
    """The input class within `Input[Sequence[Input[X]]]` and the like; a mapping's values have none."""
    if isinstance(type_, type) and get_origin(type_) is None:
        return type_ if _types.is_input_type(type_) else None
    if getattr(get_origin(type_), "__name__", "") == "Mapping":
        return None
    return next((found for part in get_args(type_) if (found := _args_class(part))), None)
