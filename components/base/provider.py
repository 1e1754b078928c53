"""The plugin host's provider: the SDK's own, with one gap of it closed."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.provider.experimental.component import ComponentProvider


class Provider(ComponentProvider):
    """Gives the objects in a list the schema's keys, as the SDK does for an output that is one object."""

    def get_state(self, instance: Any, component_def: Any) -> dict[str, Any]:
        """The outputs of a component as other languages read them."""
        state = super().get_state(instance, component_def)
        for key, output in component_def.outputs.items():
            if key in state and output.items and output.items.ref:
                definition = self.get_type_definition(output.items)

                def spelled(objects: list[Mapping[str, Any]], definition: Any = definition) -> list[Any]:
                    return [self.map_complex_output(dict(each), definition) for each in objects]

                state[key] = pulumi.Output.from_input(state[key]).apply(spelled)
        return state
