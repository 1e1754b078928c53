"""What a model takes: its inputs, each of one kind, as the manifest describes them.

| kind     | the manifest says                                         | a value in JSON                   |
| -------- | --------------------------------------------------------- | --------------------------------- |
| number   | `datatype` (float64), `minimum`, `maximum`, all optional   | a number; true or false for bool  |
| string   | `maximum_length`, optional                                | a string                          |
| category | `values`: all strings or all numbers                      | one of them                       |
| image    | `width`, `height`, `mode` (L, RGB), `scale`: what the     | rows of numbers from 0 to `scale` |
|          | brightest pixel (255) becomes, `datatype` (float64)       | (with three channels in each)     |

All but an image may have a `shape`, a list of sizes: each row then holds an array of such values. A model
with an image has no other input.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..errors import RefusedError
from .json_reader import Reader

NUMBERS = "instances"  # the name of the one array (rows, inputs) that a table of single float64 numbers is
KINDS = ("number", "string", "category", "image")
# Each datatype by numpy's name, with the Open Inference Protocol's word for it. `string` is for kinds only.
DATATYPES = {
    "float64": "FP64",
    "float32": "FP32",
    "int64": "INT64",
    "int32": "INT32",
    "int16": "INT16",
    "uint8": "UINT8",
    "bool": "BOOL",
    "string": "BYTES",
}
NUMBER_DATATYPES = tuple(DATATYPES)[:-1]
IMAGE_DATATYPES = ("float64", "float32", "uint8")
CHANNELS: dict[str, tuple[int, ...]] = {"L": (), "RGB": (3,)}
LONGEST_SIDE = 1024  # of the image that an estimator gets
MOST_VALUES = 1_000_000  # in one row of one input


class Tensor(NamedTuple):
    """One array that the model takes: its name, the protocol's datatype, its shape (-1 stands for the
    rows)."""

    name: str
    datatype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """One input. `minimum` and `maximum` are inclusive, None means no bound; `shape` is that of one row's
    value, () for a single one. An image has its shape, and the bounds 0 and `scale`, too."""

    name: str
    kind: str
    description: str = ""
    minimum: float | None = None
    maximum: float | None = None
    datatype: str = "float64"
    shape: tuple[int, ...] = ()
    maximum_length: int | None = None
    values: tuple[Any, ...] = ()
    width: int = 0
    height: int = 0
    mode: str = ""
    scale: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether it is a single float64: what a table of numbers is made of."""
        return self.kind == "number" and self.datatype == "float64" and not self.shape

    @property
    def size(self) -> int:
        """How many values one row of it has."""
        return math.prod(self.shape)

    @property
    def tensor(self) -> Tensor:
        """The array that it is by itself."""
        return Tensor(self.name, DATATYPES[self.datatype], (-1, *self.shape))


@dataclass(frozen=True, slots=True)
class Choice:
    """A one-hot group: `values[i]` sets the input `inputs[i]` to 1 and the others of the group to 0."""

    name: str
    description: str
    values: tuple[Any, ...]
    inputs: tuple[str, ...]


def read_inputs(readers: list[Reader]) -> tuple[Input, ...]:
    """The inputs, in the order of the model's columns. Raises RefusedError."""
    inputs = tuple(_input(reader) for reader in readers)
    refuse_twice([item.name for item in inputs], "inputs")
    if not inputs:
        raise RefusedError("manifest.json: at least one input expected")
    if len(inputs) > 1 and any(item.kind == "image" for item in inputs):
        raise RefusedError("manifest.json: a model with an image has no other input")
    return inputs


def lone_array(inputs: tuple[Input, ...]) -> Input | None:
    """The only input, when it is an array or an image: a row is then that array itself."""
    return inputs[0] if len(inputs) == 1 and inputs[0].shape else None


def read_choices(readers: list[Reader], inputs: tuple[Input, ...]) -> tuple[Choice, ...]:
    """The one-hot groups over `inputs`. Raises RefusedError."""
    choices = tuple(_choice(reader, inputs) for reader in readers)
    refuse_twice([choice.name for choice in choices], "choices")
    refuse_twice([name for choice in choices for name in choice.inputs], "the inputs of choices")
    return choices


def refuse_twice(names: list[Any], where: str) -> None:
    """Raises RefusedError when a name comes more than once."""
    if twice := sorted({str(name) for name in names if names.count(name) > 1}):
        raise RefusedError(f"manifest.json: {where}: {', '.join(twice)} comes more than once")


def _input(reader: Reader) -> Input:
    kind = reader.one_of("kind", KINDS)
    name, description = reader.text("name"), reader.value("description", str, "")
    details = (
        _image(reader)
        if kind == "image"
        else {"number": _number, "string": _string}.get(kind, _category)(reader) | {"shape": _shape(reader)}
    )
    reader.done()
    return Input(name, kind, description, **details)


def _number(reader: Reader) -> dict[str, Any]:
    datatype = reader.one_of("datatype", NUMBER_DATATYPES, "float64")
    minimum, maximum = reader.value("minimum", float, None), reader.value("maximum", float, None)
    if minimum is not None and maximum is not None and minimum > maximum:
        raise RefusedError(f"{reader.where}: minimum {minimum} is above maximum {maximum}")
    if datatype == "bool" and (minimum, maximum) != (None, None):
        raise RefusedError(f"{reader.where}: a bool has neither minimum nor maximum")
    return {"datatype": datatype, "minimum": minimum, "maximum": maximum}


def _string(reader: Reader) -> dict[str, Any]:
    longest = reader.whole("maximum_length", 1, 2**31) if reader.has("maximum_length") else None
    return {"datatype": "string", "maximum_length": longest}


def _category(reader: Reader) -> dict[str, Any]:
    values = tuple(reader.value("values", list))
    kinds = {type(value) for value in values}
    if not kinds or not (kinds == {str} or kinds <= {int, float}):
        raise RefusedError(f"{reader.where}: values must be strings, or numbers, at least one")
    refuse_twice(list(values), f"{reader.where}: values")
    whole = kinds == {int} and all(-(2**63) <= value < 2**63 for value in values)
    return {"datatype": "string" if str in kinds else "int64" if whole else "float64", "values": values}


def _image(reader: Reader) -> dict[str, Any]:
    width, height = (reader.whole(key, 1, LONGEST_SIDE) for key in ("width", "height"))
    mode = reader.one_of("mode", tuple(CHANNELS))
    scale = reader.value("scale", float)
    datatype = reader.one_of("datatype", IMAGE_DATATYPES, "float64")
    if not 0 < scale <= (255 if datatype == "uint8" else 1e9):
        raise RefusedError(f"{reader.where}: scale must be above 0 and held by {datatype}, {scale} came")
    size = {"width": width, "height": height, "mode": mode, "shape": (height, width, *CHANNELS[mode])}
    return size | {"scale": scale, "minimum": 0.0, "maximum": scale, "datatype": datatype}


def _shape(reader: Reader) -> tuple[int, ...]:
    shape = tuple(reader.value("shape", list, []))
    if any(type(size) is not int or size < 1 for size in shape) or math.prod(shape) > MOST_VALUES:
        raise RefusedError(
            f"{reader.where}: shape must be whole numbers from 1, at most {MOST_VALUES} values in all, "
            f"{list(shape)} came"
        )
    return shape


def _choice(reader: Reader, inputs: tuple[Input, ...]) -> Choice:
    choice = Choice(
        name=reader.text("name"),
        description=reader.value("description", str, ""),
        values=tuple(reader.value("values", list)),
        inputs=tuple(reader.value("inputs", list)),
    )
    reader.done()
    if len(choice.values) != len(choice.inputs) or not choice.values:
        raise RefusedError(f"{reader.where}: as many values as inputs expected, at least one")
    if any(type(value) not in (str, int, float) for value in choice.values):
        raise RefusedError(f"{reader.where}: values must be strings or numbers")
    refuse_twice(list(choice.values), f"{reader.where}: values")
    known = {item.name: item for item in inputs}
    for name in choice.inputs:
        if name not in known:
            raise RefusedError(f"{reader.where}: {name!r} is not an input")
        if known[name].kind != "number" or known[name].shape or known[name].datatype == "bool":
            raise RefusedError(f"{reader.where}: {name!r} is not a single number")
    if choice.name in known:
        raise RefusedError(f"{reader.where}: {choice.name!r} names an input, too")
    return choice
