"""Component names that AWS would refuse once a child carries them."""

from typing import TypedDict

import pytest

from components.base.arguments import ArgumentError, Arguments
from components.base.names import check_name


class Nothing(TypedDict):
    """Takes no arguments."""


def check(name: str, ending: str = "-lb", limit: int = 32) -> None:
    arguments = Arguments("Thing", {}, Nothing)
    check_name(arguments, name, ending, limit)
    arguments.check()


@pytest.mark.parametrize("name", ["a", "api", "flight-delay-2", "a" * 21])
def test_names_that_fit_are_accepted(name: str) -> None:
    assert len(f"{name}-lb-1a2b3c4") <= 32
    check(name)


def test_a_name_too_long_for_its_longest_child_is_refused_with_the_limit() -> None:
    with pytest.raises(ArgumentError, match=f"at most 21 characters; '{'a' * 22}' has 22"):
        check("a" * 22)


@pytest.mark.parametrize("name", ["", "Api", "1a", "a_b", "a--b", "a-", "a.b", "sg-models", "internal-api"])
def test_names_that_some_child_could_not_carry_are_refused(name: str) -> None:
    with pytest.raises(ArgumentError, match="lower-case letters, digits and single hyphens"):
        check(name)
