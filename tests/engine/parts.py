"""The parts of a run, in their order; each adds its rows to the table of the session."""

from collections.abc import Callable

from tests.engine import (
    changes,
    destroy,
    drift,
    examples,
    expect,
    faults,
    inventory,
    life,
    neighbours,
    upgrade,
    wrong,
)
from tests.engine.session import Session


def dev(session: Session) -> None:
    """Stack dev: its life, a clone elsewhere, a second developer, every change, destroy."""
    certificate = changes.issue_certificate(session.cloud.url)
    before = inventory.inventory(session.cloud.url)
    stack = session.stack("dev")
    if life.come_up(session, stack, {}):
        life.outputs(session, stack)
        neighbours.clone(session, stack)
        neighbours.second_developer(session, stack)
        drift.run(session, stack)
        changes.run(session, stack, certificate)
    destroy.unprotected(session, stack, before)
    changes.withdraw_certificate(session.cloud.url, certificate)


def quick(session: Session) -> None:
    """Stack dev: its life and destroy, nothing in between."""
    before = inventory.inventory(session.cloud.url)
    stack = session.stack("dev-quick", like="dev")
    if life.come_up(session, stack, {}):
        life.outputs(session, stack)
    destroy.unprotected(session, stack, before)


def prod(session: Session) -> None:
    """Stack prod, with a certificate issued in the local AWS: its life, and destroy in two steps."""
    certificate = changes.issue_certificate(session.cloud.url)
    before = inventory.inventory(session.cloud.url)
    stack = session.stack("prod")
    if life.come_up(session, stack, {"certificateArn": certificate, "domainName": changes.DOMAIN}):
        life.outputs(session, stack)
    destroy.protected(session, stack, before)
    changes.withdraw_certificate(session.cloud.url, certificate)


def one_value(session: Session) -> None:
    """The changes of one value on a stack like dev, nothing else."""
    certificate = changes.issue_certificate(session.cloud.url)
    before = inventory.inventory(session.cloud.url)
    stack = session.stack("dev-changes", like="dev")
    up = stack.up()
    if session.table.add(stack.name, "up", up, expect.only_creates(up)):
        changes.run(session, stack, certificate)
    destroy.unprotected(session, stack, before)
    changes.withdraw_certificate(session.cloud.url, certificate)


PARTS: dict[str, Callable[[Session], None]] = {
    "wrong": wrong.run,
    "dev": dev,
    "prod": prod,
    "faults": faults.run,
    "upgrade": upgrade.run,
    "examples": examples.run,
}
# Only where it is named: `dev` does all of it and more.
ON_REQUEST: dict[str, Callable[[Session], None]] = {"quick": quick, "changes": one_value}
