"""What a step promised against what its report says; every difference is one sentence."""

from collections.abc import Mapping

from tests.engine.events import Report, short

# type → operations: {"aws:ecs/service:Service": "update", "aws:iam/role:Role": "create 2, delete"}
Expected = Mapping[str, str]


def worked(report: Report, *, quiet: bool = True) -> list[str]:
    """The command ended well, and neither the program nor a resource warned."""
    complaints = list(report.errors) if report.code else []
    if report.code and not complaints:
        complaints = [f"exit {report.code}"]
    if quiet:
        complaints += [f"warning: {warning}" for warning in report.warnings]
    return complaints


def no_changes(report: Report) -> list[str]:
    """Nothing was created, updated, replaced or deleted."""
    return worked(report) + [
        f"{operation.op} of {short(operation.urn)} ({', '.join(operation.keys) or 'no difference named'})"
        for operation in report.operations
    ]


def only_creates(report: Report) -> list[str]:
    """Everything was created and nothing else happened."""
    others = [f"{o.op} of {short(o.urn)}" for o in report.operations if o.op != "create"]
    return worked(report) + others + ([] if report.count("create") else ["nothing was created"])


def exactly(report: Report, expected: Expected) -> list[str]:
    """Exactly the expected operations, by type."""
    want = {
        (type_, part.split()[0]): int([*part.split(), "1"][1])
        for type_, parts in expected.items()
        for part in parts.split(", ")
    }
    got = report.changes()
    complaints = worked(report)
    for type_, op in sorted(want.keys() | got.keys()):
        wanted, found = want.get((type_, op), 0), got.get((type_, op), 0)
        if wanted != found:
            which = [
                f"{short(o.urn)} ({', '.join(o.keys)})"
                for o in report.operations
                if (o.type, o.op) == (type_, op)
            ]
            complaints.append(f"{op} of {type_}: expected {wanted}, got {found} {'; '.join(which)}".rstrip())
    return complaints
