"""How a protected stack goes: destroy is refused and takes nothing; the README's way leaves nothing."""

from tests.engine import expect, inventory
from tests.engine.cli import Stack
from tests.engine.session import Session


def unprotected(session: Session, stack: Stack, before: set[str]) -> None:
    """One destroy leaves nothing."""
    destroy = stack.destroy()
    session.table.add(stack.name, "destroy", destroy, expect.worked(destroy))
    session.nothing_left(stack, before)


def protected(session: Session, stack: Stack, before: set[str]) -> None:
    """Refused first, by its preview: without one, Pulumi deletes what is not protected itself.

    Then `pulumi config set protect false`, `pulumi up` and `pulumi destroy` leave nothing.
    """
    standing, held = inventory.inventory(session.cloud.url), len(stack.state())
    refused = stack.destroy(preview=True)
    complaints = [] if refused.code > 0 else ["destroy was not refused"]
    if not any("protect" in error for error in refused.errors):
        complaints.append(f"the message does not speak of protection: {refused.errors}")
    gone = standing - inventory.inventory(session.cloud.url)
    complaints += [f"deleted all the same: {item}" for item in sorted(gone)]
    if len(stack.state()) != held:
        complaints.append(f"{held} resources in the state before, {len(stack.state())} after")
    session.table.add(stack.name, "destroy is refused", None, complaints, seconds=refused.seconds)
    stack.set({"protect": False})
    lifted = stack.up()
    session.table.add(stack.name, "up with protect false", lifted, expect.worked(lifted))
    unprotected(session, stack, before)
