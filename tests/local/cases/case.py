"""A resource of each type: its inputs, as a program gives them, and how it is read back out of moto.

In the order of their dependencies; a world holds the id and outputs of what was made before, by name.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jmespath

from local_cloud.aws import Aws
from local_cloud.provision import Provisioner
from local_cloud.recording import Resource

World = Mapping[str, Any]
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::a/*"]}],
    }
)


@dataclass(frozen=True)
class Case:
    """`call` with `ask` reads the resource back; `path` (JMESPath) of the answer must be `meant`."""

    type: str
    name: str
    inputs: Callable[[World], dict[str, Any]]
    call: str
    ask: Callable[[World], dict[str, Any]]
    path: str
    meant: Callable[[World], Any]


def case(type_: str, name: str, inputs: Any, call: str, ask: Any, path: str, meant: Any) -> Case:
    """A case whose parts may be plain values or functions of the world."""

    def of_world(part: Any) -> Callable[[World], Any]:
        return part if callable(part) else lambda world: part  # noqa: ARG005

    return Case(type_, name, of_world(inputs), call, of_world(ask), path, of_world(meant))


def make_all(aws: Aws, cases: list[Case]) -> dict[str, Any]:
    """Makes every case in order; id and outputs by name."""
    provisioner = Provisioner(aws)
    world: dict[str, Any] = {}
    for one in cases:
        resource = Resource(
            *(one.type, one.name, f"urn:{one.name}", ""), one.inputs(world), True, False, False, False, False
        )
        id_, outputs = provisioner.provision(resource)
        world[one.name] = {"id": id_, **outputs}
    return world


def read_back(aws: Aws, one: Case, world: World) -> Any:
    """What moto says about it."""
    return jmespath.search(one.path, aws.call(one.call, **one.ask(world)))
