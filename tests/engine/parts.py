"""The parts of a run, in their order; each adds its rows to the table of the session."""

from collections.abc import Callable

from tests.engine import expect, inventory, life
from tests.engine.session import Session


def dev(session: Session) -> None:
    """Stack dev from nothing to nothing."""
    before = inventory.inventory(session.cloud.url)
    stack = session.stack("dev")
    if life.come_up(session, stack, {}):
        life.outputs(session, stack)
    destroy = stack.destroy()
    session.table.add("dev", "destroy", destroy, expect.worked(destroy))
    new, kept = inventory.left(before, inventory.inventory(session.cloud.url))
    session.check("dev", "nothing left", lambda: [f"left: {item}" for item in new])
    for item in kept:
        print(f"    kept on purpose (a rollback needs it): {item}")


PARTS: dict[str, Callable[[Session], None]] = {"dev": dev}
