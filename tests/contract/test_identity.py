"""Renaming a type or a child is a decision with an alias beside it, never an accident."""

import json

from tests.contract import identity


def test_types_parents_and_child_names_are_the_committed_ones() -> None:
    committed = json.loads(identity.COMMITTED.read_text(encoding="utf-8"))
    assert json.loads(identity.text()) == committed, (
        "renamed children are replaced: give the old name as an alias, then "
        "`python -m tests.contract.identity --write`"
    )
