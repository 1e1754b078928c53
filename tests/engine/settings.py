"""Stack files as text: one key changed, everything else kept; lists and numbers as JSON, which YAML reads."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write(folder: Path, stack: str, settings: Mapping[str, Any]) -> None:
    """Writes settings into Pulumi.<stack>.yaml of a program; None takes a key away."""
    file = folder / f"Pulumi.{stack}.yaml"
    text = file.read_text() if file.exists() else "config:\n"
    project = next(
        line.partition(":")[2].strip()
        for line in (folder / "Pulumi.yaml").read_text().splitlines()
        if line.startswith("name:")
    )
    for key, value in settings.items():
        text = changed(text, key if ":" in key else f"{project}:{key}", value)
    file.write_text(text)


def changed(text: str, key: str, value: Any) -> str:
    """The text of a stack file with this value for the key."""
    kept, inside = [], False
    for line in text.splitlines():
        # A list that the CLI wrote stands in the lines below its key.
        inside = line.startswith(f"  {key}:") or (inside and line.startswith(("   ", "  -")))
        if not inside:
            kept.append(line)
    if "config:" not in kept:
        kept.append("config:")
    if value is not None:
        kept.insert(kept.index("config:") + 1, f"  {key}: {json.dumps(value)}")
    return "\n".join(kept) + "\n"
