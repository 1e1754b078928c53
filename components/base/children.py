"""How a component's children are owned and tagged, the same in every component."""

from collections.abc import Mapping
from typing import Any

import pulumi

PACKAGE = "spot-inference"


def token(component: str) -> str:
    """The type token of a component, its identity in every stack's state."""
    return f"{PACKAGE}:index:{component}"


def tags_for(component: str, name: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    """The tags of everything a component makes; `extra` wins where the names are equal."""
    return {
        "pulumi:project": pulumi.get_project(),
        "pulumi:stack": pulumi.get_stack(),
        f"{PACKAGE}:component": f"{component}/{name}",
        **extra,
    }


def outputs_of(component: pulumi.ComponentResource) -> dict[str, Any]:
    """What a component registers as its last act: every output that its class declares."""
    return {name: getattr(component, name) for name in type(component).__annotations__}


class Children:
    """What a component's parts need to make children: the component's name, its tags, who owns them."""

    def __init__(self, owner: pulumi.ComponentResource, name: str, tags: Mapping[str, Any]) -> None:
        self.name = name
        self.tags = tags_for(type(owner).__name__, name, tags)
        self._owner = owner

    def options(self, **more: Any) -> pulumi.ResourceOptions:
        """Options of one child, e.g. `options(protect=True)`; a child never gets the component's own."""
        return pulumi.ResourceOptions(parent=self._owner, **more)

    @property
    def lookup(self) -> pulumi.InvokeOutputOptions:
        """Options of a look-up, so that it asks the provider (region, account) that the children use."""
        return pulumi.InvokeOutputOptions(parent=self._owner)
