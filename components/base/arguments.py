"""Checks a component's arguments and names every problem in one error, before any resource is made.

A TypedDict checks nothing at run time, and the plugin host hands over what another language sent: whole
numbers as floats, keys that nobody knows. Values that shape the graph (numbers, switches, names) are plain
and read through this class; everything else is an `Input` and passes through `value`.
"""

import difflib
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import pulumi

T = TypeVar("T")


class ArgumentError(pulumi.RunError):
    """Every problem of one set of arguments; Pulumi prints it without a traceback."""


class Arguments:
    """A reader of `args` that remembers what was wrong; `check()` raises `ArgumentError` if anything was.

    `owner` opens the message ("SpotFargateService 'api'"), `schema` is the TypedDict that names the keys,
    `noun` is what one of them is called. An explicit `None` means that the default holds.
    """

    def __init__(
        self, owner: str, args: Mapping[str, Any] | None, schema: type, noun: str = "argument"
    ) -> None:
        self._owner = owner
        self._noun = noun
        self._problems: list[str] = []
        self._args = {key: value for key, value in (args or {}).items() if value is not None}
        known = set(schema.__annotations__)
        for key in sorted(set(self._args) - known):
            near = difflib.get_close_matches(key, known, n=1)
            self.problem(f"unknown {noun} '{key}'" + (f"; did you mean '{near[0]}'?" if near else ""))
        required: Collection[str] = getattr(schema, "__required_keys__", ())
        for key in sorted(set(required) - set(self._args)):
            self.problem(f"missing {noun} '{key}'")

    def problem(self, sentence: str) -> None:
        """Adds a problem that the caller found; it is raised with the others."""
        self._problems.append(sentence)

    def refuse(self, key: str, rule: str) -> None:
        """Adds the problem that the value of `key` breaks `rule`, with the value."""
        self.problem(f"{key} must be {rule}; got {self._args.get(key)!r}")

    def check(self) -> None:
        """Raises `ArgumentError` naming every problem so far, if there is one."""
        if self._problems:
            count = f"{len(self._problems)} problem{'s' if len(self._problems) > 1 else ''}"
            lines = "".join(f"\n  - {sentence}" for sentence in self._problems)
            raise ArgumentError(f"{self._owner}: {count} with its {self._noun}s{lines}")

    def given(self, *keys: str) -> list[str]:
        """Those of `keys` that have a value."""
        return [key for key in keys if key in self._args]

    def together(self, *keys: str) -> bool:
        """Whether all of `keys` are given; some of them without the others is a problem."""
        given = self.given(*keys)
        if given and len(given) < len(keys):
            absent = [key for key in keys if key not in given]
            self.problem(f"{', '.join(given)} needs {', '.join(absent)} as well")
        return len(given) == len(keys)

    def exclude(self, one: str, others: Collection[str]) -> None:
        """Refuses `one` beside any of `others` but a switch that is off: what exists is not configured."""
        clashing = [key for key in self.given(*others) if self._args[key] is not False]
        if self.given(one) and clashing:
            self.problem(f"{one} cannot stand beside {', '.join(clashing)}")

    def value(self, key: str, default: Any = None) -> Any:
        """The value as it came, an Output included, or `default`."""
        return self._args.get(key, default)

    def whole(
        self,
        key: str,
        default: int | None = None,
        *,
        minimum: int | None = None,
        maximum: int | None = None,
        choices: Collection[int] = (),
    ) -> int:
        """A whole number within bounds (inclusive) or among `choices`; 7.0, from another language, is 7."""
        value: Any = self._args.get(key, default)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and _fits(value, minimum, maximum, choices):
            return value
        return self._refused(key, _rule("a whole number", minimum, maximum, choices), default or 0)

    def number(
        self, key: str, default: float, *, minimum: float | None = None, maximum: float | None = None
    ) -> float:
        """A number within bounds (inclusive)."""
        value = self._args.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and _fits(value, minimum, maximum):
            return float(value)
        return self._refused(key, _rule("a number", minimum, maximum, ()), default)

    def text(self, key: str, default: str = "", *, choices: Collection[str] = ()) -> str:
        """A string, not empty where it was given, among `choices` where there are any."""
        value = self._args.get(key, default)
        if isinstance(value, str) and (not choices or value in choices) and (value or key not in self._args):
            return value
        return self._refused(key, _rule("a string", None, None, choices), default)

    def flag(self, key: str, default: bool = False) -> bool:
        """True or False."""
        value = self._args.get(key, default)
        return value if isinstance(value, bool) else self._refused(key, "true or false", default)

    def texts(self, key: str, default: Collection[str] = ()) -> list[str]:
        """A list of distinct, non-empty strings."""
        value = self._args.get(key, list(default))
        if isinstance(value, list | tuple) and all(isinstance(item, str) and item for item in value):
            if len(set(value)) == len(value):
                return list(value)
            return self._refused(key, "a list without repetitions", list(default))
        return self._refused(key, "a list of strings", list(default))

    def inputs(self, key: str, *, minimum: int = 0, maximum: int | None = None) -> Any:
        """A list whose items may be Outputs, or an Output of one: then nobody knows its length yet."""
        value = self._args.get(key, [])
        fits = isinstance(value, list | tuple) and _fits(len(value), minimum, maximum)
        if fits or isinstance(value, pulumi.Output):
            return value
        bounds = f"at least {minimum}" if maximum is None else f"{minimum} to {maximum}"
        return self._refused(key, f"a list of {bounds} values" if minimum else "a list", [])

    def mapping(self, key: str) -> dict[str, Any]:
        """A mapping from names to values, empty by default."""
        value = self._args.get(key, {})
        return dict(value) if isinstance(value, Mapping) else self._refused(key, "a mapping", {})

    def nested(self, key: str, schema: type) -> "Arguments":
        """A reader of the mapping under `key`; what is wrong in it is raised with the rest."""
        return _Nested(self, key, self.mapping(key), schema)

    def each(self, key: str, schema: type) -> list["Arguments"]:
        """A reader for each mapping in the list under `key`, none by default; problems name the position."""
        found = self.value(key, [])
        if isinstance(found, list | tuple) and all(isinstance(item, Mapping) for item in found):
            return [_Nested(self, f"{key}[{at}]", item, schema) for at, item in enumerate(found)]
        return self._refused(key, "a list of mappings", [])

    def _refused(self, key: str, rule: str, default: T) -> T:
        # A required key that is absent was named by the constructor already.
        if key in self._args:
            self.refuse(key, rule)
        return default


class _Nested(Arguments):
    def __init__(self, outer: Arguments, key: str, args: Mapping[str, Any], schema: type) -> None:
        self._outer, self._key = outer, key
        super().__init__("", args, schema, outer._noun)

    def problem(self, sentence: str) -> None:
        self._outer.problem(f"{self._key}: {sentence}")


def _fits(
    value: float, minimum: float | None, maximum: float | None, choices: Collection[float] = ()
) -> bool:
    above = minimum is None or value >= minimum
    below = maximum is None or value <= maximum
    return above and below and (not choices or value in choices)


def _rule(kind: str, minimum: float | None, maximum: float | None, choices: Collection[Any]) -> str:
    if choices:
        return f"one of {', '.join(str(choice) for choice in choices)}"
    if minimum is not None and maximum is not None:
        return f"{kind} from {minimum} to {maximum}"
    if minimum is not None:
        return f"{kind} of at least {minimum}"
    if maximum is not None:
        return f"{kind} of at most {maximum}"
    return kind
