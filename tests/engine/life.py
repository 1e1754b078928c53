"""The life of one stack: preview, up, a quiet second up, refresh, outputs, secrets."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.engine import expect
from tests.engine.cli import Stack
from tests.engine.secret_texts import secret_texts
from tests.engine.session import Session

OUTPUTS = {"url", "fargateUrl", "lambdaUrl", "modelBucket", "imageUri", "dashboardUrls", "loginCommand"}


def come_up(session: Session, stack: Stack, settings: Mapping[str, Any]) -> bool:
    """Preview on nothing, up, up again, refresh, up after it; whether the stack stands."""
    table = session.table
    stack.set(settings)
    preview = stack.preview()
    table.add(stack.name, "preview on nothing", preview, expect.only_creates(preview))
    up = stack.up()
    complaints = expect.only_creates(up)
    if not up.code and up.count("create") != preview.count("create"):
        complaints.append(f"the preview said {preview.count('create')} created")
    table.add(stack.name, "up", up, complaints)
    if up.code:
        return False
    figures = {"preview": preview.seconds, "up": up.seconds, "resources": up.count("create")}
    quiet = stack.up()
    usage = stack.pulumi.usage
    table.add(stack.name, "up again", quiet, expect.no_changes(quiet))
    refresh = stack.refresh()
    table.add(stack.name, "refresh", refresh, expect.no_changes(refresh))
    after = stack.up()
    table.add(stack.name, "up after the refresh", after, expect.no_changes(after))
    figures |= {"quiet up": quiet.seconds, "program seconds": usage.seconds, "program MiB": usage.memory}
    table.figures[stack.name] = {key: round(value, 2) for key, value in figures.items()}
    print(f"    {stack.name}: {table.figures[stack.name]}", flush=True)
    return True


def outputs(session: Session, stack: Stack, expected: set[str] = OUTPUTS) -> None:
    """The outputs of the README, masked where they are secret; no secret in the clear anywhere."""
    session.check(stack.name, "outputs", lambda: _outputs(stack, expected))
    session.check(stack.name, "no secret in the clear", lambda: _no_secret(session, stack))


def _outputs(stack: Stack, expected: set[str]) -> list[str]:
    masked, clear = stack.outputs(), stack.outputs(secrets=True)
    complaints = []
    if masked.keys() != expected:
        complaints.append(f"outputs are {sorted(masked)}, expected {sorted(expected)}")
    secrets = secret_texts(stack)
    for key, value in clear.items():
        text = json.dumps(value)
        if masked[key] == value and any(secret in text for secret in secrets):
            complaints.append(f"{key} shows a secret")
        if value in ("", None, []):
            complaints.append(f"{key} is empty")
    return complaints


def _no_secret(session: Session, stack: Stack) -> list[str]:
    secrets = secret_texts(stack)
    complaints = [] if secrets else ["the state holds no secret at all, so that nothing was looked for"]
    for folder in ("state", "logs"):
        for file in sorted((session.workspace.root / folder).rglob("*")):
            if file.is_file():
                complaints += _shown(file, secrets)
    return complaints


def _shown(file: Path, secrets: set[str]) -> list[str]:
    text = file.read_text(errors="replace")
    spelled = {secret: {secret, json.dumps(secret)[1:-1]} for secret in secrets}
    shown = [secret for secret, forms in spelled.items() if any(form in text for form in forms)]
    return [
        f"{file.name} holds {secret[:4]}… ({len(secret)} characters) in the clear" for secret in sorted(shown)
    ]
