"""The rule of one type of resource, and what applies it: inputs → calls → id and outputs.

Nothing is dropped silently: every input goes into a call (by its own name, or the one that the rule gives),
into a further step, or stands under `unused` with the reason. Anything else is a ProvisionError that says so.
"""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath
from botocore.exceptions import BotoCoreError, ClientError

from ..aws import Aws
from ..recording import Resource
from .shapes import ShapeError, put


class ProvisionError(Exception):
    """A resource that the embedded AWS cannot hold as the program wants it."""


@dataclass
class Made:
    """One resource while it is made: what was asked for, and what is known so far."""

    aws: Aws
    resource: Resource
    inputs: dict[str, Any]
    found: Any = None
    id: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)


Read = str | Callable[[Made], Any]  # a JMESPath into the answer, or a function
Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Step:
    """One call. `names`: input → parameter, dots between levels; empty where `more` or `run` reads the input.

    `more` gives further parameters. In a further step only the inputs under `names` are taken, and without
    one of them nothing is called, unless the step is `always` made. `run` stands for the call where one is
    not enough.
    """

    call: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    convert: Mapping[str, Convert] = field(default_factory=dict)
    more: Callable[[Made], Mapping[str, Any]] = lambda made: {}  # noqa: ARG005
    run: Callable[[Made], Any] | None = None
    always: bool = False


@dataclass(frozen=True)
class Kind:
    """How one type is made. `named`: the input that Pulumi names on its own, `longest`: its limit.

    `found` is the part of the answer (JMESPath) that `id` and `outputs` read; outputs begin as the inputs.
    """

    make: Step
    id: Read
    found: str = "@"
    outputs: Mapping[str, Read] = field(default_factory=dict)
    then: Collection[Step] = ()
    unused: Mapping[str, str] = field(default_factory=dict)
    named: str = ""
    longest: int = 255


EVERYWHERE_UNUSED = {"region": "the embedded AWS has the stack's one region"}


def make(kind: Kind, aws: Aws, resource: Resource) -> tuple[str, dict[str, Any]]:
    """Makes `resource` in `aws`; its id and outputs. Raises ProvisionError."""
    inputs = {key: value for key, value in resource.inputs.items() if value is not None}
    made = Made(aws, resource, _with_name(kind, resource, inputs))
    try:
        _apply(kind, made)
    except ShapeError as error:
        raise ProvisionError(
            f"{resource.type} '{resource.name}': no call takes the input {error}; "
            "name its parameter, or the reason why it is unused, in local_cloud/provision"
        ) from error
    except (BotoCoreError, ClientError) as error:
        raise ProvisionError(f"{resource.type} '{resource.name}': {error}") from error
    return made.id, made.outputs


def _apply(kind: Kind, made: Made) -> None:
    elsewhere = {*kind.unused, *EVERYWHERE_UNUSED, *(name for step in kind.then for name in step.names)}
    main = [name for name in made.inputs if name not in elsewhere]
    answer = _perform(kind.make, made, main)
    made.found = jmespath.search(kind.found, answer)
    made.id = str(_read(kind.id, made))
    made.outputs = {**made.inputs, **{name: _read(read, made) for name, read in kind.outputs.items()}}
    for step in kind.then:
        given = [name for name in step.names if name in made.inputs]
        if given or step.always:
            _perform(step, made, given)


def _perform(step: Step, made: Made, given: Collection[str]) -> Any:
    if step.run:
        if unknown := sorted(set(given) - set(step.names)):
            raise ShapeError(unknown[0])
        return step.run(made)
    shape = made.aws.input_shape(step.call)
    parameters: dict[str, Any] = {}
    for name in given:
        if path := step.names.get(name, name):
            value = made.inputs[name]
            put(parameters, shape, path, step.convert[name](value) if name in step.convert else value)
    for path, value in step.more(made).items():
        put(parameters, shape, path, value)
    return made.aws.call(step.call, **parameters)


def _read(read: Read, made: Made) -> Any:
    return jmespath.search(read, made.found) if isinstance(read, str) else read(made)


def _with_name(kind: Kind, resource: Resource, inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs with a physical name: the given one, or the logical one (or prefix) and seven digits."""
    if not kind.named:
        return inputs
    prefix = inputs.pop(f"{kind.named}Prefix", f"{resource.name}-")
    named = {kind.named: f"{prefix}{secrets.token_hex(4)[:7]}", **inputs}
    if len(named[kind.named]) > kind.longest:
        raise ProvisionError(
            f"{resource.type} '{resource.name}': the name {named[kind.named]} is longer than {kind.longest}"
        )
    return named
