"""Finds misspelt and missing keys in what a program handed to the providers.

The SDK checks a resource's own arguments, but not the dictionaries inside them: a typo there passes silently.
Each recorded input is built again as the SDK's own `…Args` classes, which know every key at every depth.
"""

import importlib
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi import _types

from local_cloud.recording import Graph, Resource

# Where the SDK of a package keeps its classes: the module of a token in front of the slash, or the package.
SDK_PACKAGES = {
    "aws": "pulumi_aws",
    "awsx": "pulumi_awsx",
    "docker-build": "pulumi_docker_build",
    "random": "pulumi_random",
}


def misspelt(graph: Graph) -> list[str]:
    """A sentence for each key that a provider does not know or misses, with the resource and the place."""
    return [problem for resource in graph.resources for problem in misspelt_in(resource)]


def misspelt_in(resource: Resource) -> list[str]:
    """The same for one resource; one that a remote component made has no inputs of ours."""
    package = resource.type.split(":")[0]
    if package not in SDK_PACKAGES or not resource.inputs:
        return []
    problems = _problems(resource.inputs, _args_class(resource.type), "")
    return [f"{resource.type} {resource.name}: {problem}" for problem in problems]


def _args_class(token: str) -> type:
    """The class of a resource's arguments, `ServiceArgs` beside `Service`."""
    package, module, kind = token.split(":")
    place = module.split("/")[0]
    name = SDK_PACKAGES[package] if place == "index" else f"{SDK_PACKAGES[package]}.{place.replace('-', '_')}"
    # `aws.lambda_`: a Python word gets an underscore.
    found = importlib.import_module(f"{name}_" if name.endswith(".lambda") else name)
    module_of_class = importlib.import_module(getattr(found, kind).__module__)
    # …Args may be the name of a nested type already; the resource's own is …InitArgs then.
    args: type = getattr(module_of_class, f"{kind}InitArgs", None) or getattr(module_of_class, f"{kind}Args")
    return args


def _problems(value: Any, expected: Any, place: str) -> list[str]:
    expected = _without_wrappers(expected)
    if isinstance(value, Mapping) and isinstance(expected, type) and _types.is_input_type(expected):
        return _problems_of_class(value, expected, place)
    origin, parameters = typing.get_origin(expected), typing.get_args(expected)
    if isinstance(value, list) and isinstance(origin, type) and issubclass(origin, Sequence) and parameters:
        numbered = enumerate(value)
        return [p for at, item in numbered for p in _problems(item, parameters[0], f"{place}[{at}]")]
    if isinstance(value, Mapping) and isinstance(origin, type) and issubclass(origin, Mapping):
        return [p for key, item in value.items() for p in _problems(item, parameters[1], f"{place}.{key}")]
    return []


def _problems_of_class(value: Mapping[str, Any], expected: type, place: str) -> list[str]:
    python_names = {wire: name for name, wire in _types.input_type_py_to_pulumi_names(expected).items()}
    try:
        expected(**{python_names.get(key, key): item for key, item in value.items()})
    except TypeError as error:
        return [f"{place.lstrip('.') or 'inputs'}: {error}"]
    known = _types.input_type_types(expected)
    return [p for key, item in value.items() for p in _problems(item, known[key], f"{place}.{key}")]


def _without_wrappers(expected: Any) -> Any:
    """The plain type within Input, Optional and the like: `Input[Optional[Sequence[X]]]` is `Sequence[X]`."""
    if typing.get_origin(expected) in (typing.Union, types.UnionType):
        kinds = [_without_wrappers(member) for member in typing.get_args(expected) if _says_something(member)]
        classes = [kind for kind in kinds if isinstance(kind, type) and _types.is_input_type(kind)]
        return (classes or kinds or [None])[0]
    return expected


def _says_something(member: Any) -> bool:
    origin = typing.get_origin(member) or member
    return not (origin is type(None) or origin is pulumi.Output or "Awaitable" in str(origin))
