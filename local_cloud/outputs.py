"""The stack's outputs as `pulumi stack output` prints them, with addresses that answer on this machine."""

import json
from collections.abc import Collection, Mapping
from typing import Any


def localised(outputs: Mapping[str, Any], addresses: Mapping[str, str]) -> dict[str, Any]:
    """The outputs with every address of AWS that begins like a key of `addresses` begun by its local one."""

    def local(value: Any) -> Any:
        if isinstance(value, str):
            for real, here in addresses.items():
                if value == real or value.startswith((f"{real}/", f"{real}?", f"{real}#")):
                    return here + value[len(real) :]
            return value
        if isinstance(value, Mapping):
            return {key: local(item) for key, item in value.items()}
        return [local(item) for item in value] if isinstance(value, list) else value

    return {key: local(value) for key, value in outputs.items()}


def table(outputs: Mapping[str, Any], secrets: Collection[str] = ()) -> list[str]:
    """The lines of the CLI's own table, sorted by name."""
    rows = [("OUTPUT", "VALUE")]
    rows += [(key, "[secret]" if key in secrets else _text(outputs[key])) for key in sorted(outputs)]
    width = max(len(key) for key, _ in rows)
    return [
        f"Current stack outputs ({len(outputs)}):",
        *(f"    {key:<{width}}  {value}" for key, value in rows),
    ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
