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
