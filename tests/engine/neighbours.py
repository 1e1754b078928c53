"""The same stack from another folder, and a second developer's stack of the same name beside it."""

import json
from typing import Any

from tests.engine import expect
from tests.engine.cli import Stack
from tests.engine.events import short
from tests.engine.session import Session

# What AWS knows a resource by; two stacks that share one of these overwrite each other.
NAMING = ("arn", "name", "bucket", "family", "dashboardName", "id", "dnsName", "url")
# Names that count only inside something that has a name of its own: the function, the API, the bucket.
SHARED = frozenset(
    {
        "aws:lambda/alias:Alias",
        "aws:apigatewayv2/stage:Stage",
        "aws:s3/bucketObjectv2:BucketObjectv2",
    }
)


def clone(session: Session, stack: Stack) -> None:
    """An update from another folder changes nothing."""
    report = session.elsewhere(stack, "elsewhere/second clone").up()
    session.table.add(stack.name, "up from a clone elsewhere", report, expect.no_changes(report))


def second_developer(session: Session, stack: Stack) -> None:
    """A stack of the same name, in the backend of somebody else and in the same account."""
    folder = session.workspace.clone("colleague")
    backend = session.workspace.backend("state-of-a-colleague")
    other = Stack(session.pulumi.at(folder, PULUMI_BACKEND_URL=backend), stack.name).init()
    name = f"{stack.name} (2nd)"
    up = other.up()
    session.table.add(name, "a second developer's up", up, expect.only_creates(up))
    session.check(name, "nothing in both", lambda: in_both(stack.state(), other.state()))
    quiet = stack.up()
    session.table.add(stack.name, "up beside the second developer's", quiet, expect.no_changes(quiet))
    destroy = other.destroy()
    left = [f"left in the state: {short(r['urn'])}" for r in other.state()]
    session.table.add(name, "the second developer's destroy", destroy, expect.worked(destroy) + left)
    refresh = stack.refresh()
    session.table.add(stack.name, "refresh after it is gone", refresh, expect.no_changes(refresh))
    after = stack.up()
    session.table.add(stack.name, "up after it is gone", after, expect.no_changes(after))


def in_both(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[str]:
    """The names, ARNs and addresses that occur in both states, with the type that they belong to."""
    first, second = names(one), names(other)
    return [f"{kind} {name} occurs in both" for kind, name in sorted(first & second)]


def names(state: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """(type, name) of everything that AWS or another system knows by a name."""
    found = set()
    for resource in state:
        if not resource.get("custom") or not resource["type"].startswith("aws:"):
            continue
        if resource["type"] in SHARED:
            continue
        outputs = {**(resource.get("outputs") or {}), "id": resource.get("id")}
        for key in NAMING:
            value = outputs.get(key)
            if isinstance(value, str) and value:
                found.add((resource["type"], json.dumps(value)))
    return found
