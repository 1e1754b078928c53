"""Makes what a program registers in the embedded AWS: one file per kind of resource, type → call."""

import threading
from collections.abc import Callable
from typing import Any

from ..aws import Aws
from ..recording import Resource
from . import balancers, buckets, containers, firewalls, functions, images, observation, passwords, roles, vpc
from .lookups import answer
from .recorded import NOT_HERE
from .rules import Kind, ProvisionError, make

__all__ = ["EXPANDED", "KINDS", "ProvisionError", "Provisioner"]

KINDS: dict[str, Kind] = {
    kind: rule
    for room in (balancers, buckets, containers, firewalls, functions, images, observation, passwords, roles)
    for kind, rule in room.KINDS.items()
}
EXPANDED = {"awsx:ec2:Vpc": vpc.expand}
PATIENCE_SECONDS = 3


class Provisioner:
    """Answers a recording monitor out of the embedded AWS; `made` hears of each resource that was made.

    Networks wait for `first` (for some seconds at most): balancers, services and alarms wait for them, task
    definitions do not, so that a task starts a second earlier, while all of those are still being made.
    """

    def __init__(
        self,
        aws: Aws,
        made: Callable[[Resource], None] = lambda _: None,
        first: threading.Event | None = None,
    ) -> None:
        self._aws, self._made, self._first = aws, made, first
        self.errors: list[ProvisionError] = []

    def provision(self, resource: Resource) -> tuple[str, dict[str, Any]]:
        """Makes one resource; its id and outputs. Raises ProvisionError, and keeps it in `errors`."""
        try:
            resource.id, resource.outputs = self._make(resource)
        except ProvisionError as error:
            self.errors.append(error)
            raise
        self._made(resource)
        return resource.id, resource.outputs

    def look_up(self, token: str, args: dict[str, Any]) -> dict[str, Any]:
        """Answers a function of the provider."""
        try:
            return answer(self._aws, token, args)
        except ProvisionError as error:
            self.errors.append(error)
            raise

    def _make(self, resource: Resource) -> tuple[str, dict[str, Any]]:
        if resource.type in KINDS:
            return make(KINDS[resource.type], self._aws, resource)
        if resource.type in EXPANDED:
            if self._first:
                self._first.wait(PATIENCE_SECONDS)
            return EXPANDED[resource.type](self._aws, resource)
        if resource.type in NOT_HERE:
            return f"{resource.name}-recorded", dict(resource.inputs)
        raise ProvisionError(
            f"{resource.type} '{resource.name}': the local cloud does not know this type; "
            "give it a rule in local_cloud/provision, or a reason in recorded.py"
        )
