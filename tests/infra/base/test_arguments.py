"""The reader of arguments: what it accepts, and the one error that names the rest."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pytest

from components.base.arguments import ArgumentError, Arguments
from tests.support.fake_aws import graph_of


class Inner(TypedDict):
    """A nested mapping."""

    size: NotRequired[int]
    """A number."""


class Known(TypedDict):
    """The keys that the tests use."""

    name: str
    """Required."""
    count: NotRequired[int]
    """A whole number."""
    ratio: NotRequired[float]
    """A number."""
    on: NotRequired[bool]
    """A switch."""
    names: NotRequired[list[str]]
    """Texts."""
    inner: NotRequired[Inner]
    """A mapping."""
    force_destroy: NotRequired[bool]
    """A switch with a name that invites typos."""


def read(**args: Any) -> Arguments:
    return Arguments("Thing 't'", {"name": "n", **args}, Known)


def error(arguments: Arguments) -> str:
    with pytest.raises(ArgumentError) as refused:
        arguments.check()
    return str(refused.value)


def test_an_unknown_key_is_refused_with_the_one_that_was_meant() -> None:
    assert error(read(force_destory=True)) == (
        "Thing 't': 1 problem with its arguments\n"
        "  - unknown argument 'force_destory'; did you mean 'force_destroy'?"
    )


def test_an_unknown_key_like_no_other_is_refused_without_a_guess() -> None:
    assert error(read(zzz=1)).endswith("\n  - unknown argument 'zzz'")


def test_a_missing_key_is_refused_and_a_none_is_missing() -> None:
    assert error(Arguments("Thing 't'", {}, Known)).endswith("\n  - missing argument 'name'")
    assert error(read(name=None)).endswith("\n  - missing argument 'name'")


def test_all_problems_stand_in_one_error() -> None:
    arguments = read(count=11, on="yes", x=1)
    arguments.whole("count", maximum=10)
    arguments.flag("on")
    assert error(arguments) == (
        "Thing 't': 3 problems with its arguments\n"
        "  - unknown argument 'x'\n"
        "  - count must be a whole number of at most 10; got 11\n"
        "  - on must be true or false; got 'yes'"
    )


def test_an_explicit_none_means_the_default() -> None:
    arguments = read(count=None, on=None, names=None, inner=None)
    assert arguments.whole("count", 7) == 7
    assert arguments.flag("on", True) is True
    assert arguments.texts("names", ["a"]) == ["a"]
    assert arguments.given("count", "on", "name") == ["name"]
    arguments.check()


def test_a_whole_number_from_another_language_is_a_whole_number() -> None:
    value = read(count=8080.0).whole("count", 1)
    assert value == 8080
    assert type(value) is int


@pytest.mark.parametrize("value", [1.5, True, "1", [1]])
def test_what_is_no_whole_number_is_refused(value: Any) -> None:
    arguments = read(count=value)
    arguments.whole("count", 1, minimum=0, maximum=9)
    assert error(arguments).endswith(f"count must be a whole number from 0 to 9; got {value!r}")


@pytest.mark.parametrize("value", [0, 10])
def test_bounds_are_inclusive(value: int) -> None:
    arguments = read(count=value, ratio=value)
    assert arguments.whole("count", 1, minimum=0, maximum=10) == value
    assert arguments.number("ratio", 1, minimum=0, maximum=10) == value
    arguments.check()


@pytest.mark.parametrize("value", [-1, 11])
def test_a_number_out_of_bounds_is_refused(value: int) -> None:
    arguments = read(count=value, ratio=value)
    arguments.whole("count", 1, minimum=0, maximum=10)
    arguments.number("ratio", 1, minimum=0, maximum=10)
    assert error(arguments).count(f"from 0 to 10; got {value}") == 2


def test_a_number_among_none_of_the_choices_is_refused() -> None:
    arguments = read(count=13)
    arguments.whole("count", 7, choices=(7, 14))
    assert error(arguments).endswith("count must be one of 7, 14; got 13")


@pytest.mark.parametrize("value", ["", 1, ["a"]])
def test_what_is_no_text_is_refused(value: Any) -> None:
    arguments = read(name=value)
    arguments.text("name")
    assert error(arguments).endswith(f"name must be a string; got {value!r}")


@pytest.mark.parametrize("value", ["a", [""], [1], {"a": 1}])
def test_what_is_no_list_of_texts_is_refused(value: Any) -> None:
    arguments = read(names=value)
    arguments.texts("names")
    assert error(arguments).endswith(f"names must be a list of strings; got {value!r}")


@pytest.mark.parametrize(("value", "fits"), [(["a"], False), (["a", "b"], True), (list("abcd"), False)])
def test_a_list_of_inputs_has_bounds_and_they_are_inclusive(value: list[str], fits: bool) -> None:
    arguments = read(names=value)
    assert arguments.inputs("names", minimum=2, maximum=3) == (value if fits else [])
    if not fits:
        assert error(arguments).endswith(f"names must be a list of 2 to 3 values; got {value!r}")


def test_a_list_that_is_not_known_yet_is_not_judged() -> None:
    def program() -> None:
        later = pulumi.Output.from_input(["a"])
        arguments = read(names=later)
        assert arguments.inputs("names", minimum=2) is later
        arguments.check()

    graph_of(program)


def test_a_text_that_stands_twice_is_refused() -> None:
    arguments = read(names=["a", "a"])
    arguments.texts("names")
    assert error(arguments).endswith("names must be a list without repetitions; got ['a', 'a']")


def test_problems_of_a_nested_mapping_are_raised_with_the_rest_and_say_where() -> None:
    arguments = read(inner={"size": "x", "sizes": 1}, count="y")
    arguments.nested("inner", Inner).whole("size", 1)
    arguments.whole("count", 1)
    assert error(arguments) == (
        "Thing 't': 3 problems with its arguments\n"
        "  - inner: unknown argument 'sizes'; did you mean 'size'?\n"
        "  - inner: size must be a whole number; got 'x'\n"
        "  - count must be a whole number; got 'y'"
    )


def test_arguments_that_need_each_other_name_the_absent_ones() -> None:
    arguments = read(count=1)
    assert arguments.together("count", "ratio", "on") is False
    assert error(arguments).endswith("count needs ratio, on as well")
    assert read().together("count", "ratio") is False
    assert read(count=1, ratio=2).together("count", "ratio") is True


@pytest.mark.parametrize(("on", "clashes"), [(True, True), (False, False), (None, False)])
def test_only_a_switch_that_is_on_clashes(on: bool | None, clashes: bool) -> None:
    arguments = read(count=1, on=on)
    arguments.exclude("count", ("on",))
    if clashes:
        assert error(arguments).endswith("count cannot stand beside on")
    else:
        arguments.check()
