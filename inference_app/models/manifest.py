"""The manifest: what a model is called, what it takes, what it gives, and examples that prove it.

The validation, the self-test, the OpenAPI document and the page all come from it. It is read strictly: a key
that is misspelt, or a range that is upside down, is refused when the model is loaded and not when a client
meets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import RefusedError
from ..settings import DIGEST, NAME, VERSION
from ..strict_json import StrictJsonError, parse

INPUT_KINDS = ("number",)
OUTPUT_KINDS = ("class", "number")


@dataclass(frozen=True, slots=True)
class Input:
    """One column of the model. `minimum` and `maximum` are inclusive; None means no bound."""

    name: str
    kind: str
    description: str = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A one-hot group: `values[i]` sets the input `inputs[i]` to 1 and the others of the group to 0."""

    name: str
    description: str
    values: tuple[Any, ...]
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """What the model answers: a class (with its classes and their labels), or a number."""

    name: str
    kind: str
    classes: tuple[Any, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A row and the answer that the model gave when it was published."""

    instance: tuple[float, ...]
    prediction: Any
    probability: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The validated manifest; `document` is the JSON object that it was read from."""

    name: str
    version: str
    title: str
    description: str
    artifact: str
    sha256: str
    scikit_learn: str
    inputs: tuple[Input, ...]
    choices: tuple[Choice, ...]
    output: Output
    examples: tuple[Example, ...]
    training: Mapping[str, Any]
    document: Mapping[str, Any]


def read_manifest(content: bytes) -> Manifest:
    """The manifest in `content` (UTF-8 JSON). Raises RefusedError naming the first rule that it breaks."""
    try:
        document = parse(content)
    except StrictJsonError as error:
        raise RefusedError(f"manifest.json: {error}") from error
    reader = _Reader(document, "manifest.json")
    output = _output(reader.object("output"))
    inputs = tuple(_input(item) for item in reader.objects("inputs"))
    _unique([item.name for item in inputs], "inputs")
    if not inputs:
        raise RefusedError("manifest.json: at least one input expected")
    names = {item.name for item in inputs}
    choices = tuple(_choice(item, names) for item in reader.objects("choices", optional=True))
    _unique([choice.name for choice in choices], "choices")
    _unique([name for choice in choices for name in choice.inputs], "the inputs of choices")
    examples = tuple(_example(item, len(inputs), output) for item in reader.objects("examples"))
    if not examples:
        raise RefusedError("manifest.json: at least one example expected (it is the self-test)")
    manifest = Manifest(
        name=reader.text("name"),
        version=reader.text("version"),
        title=reader.text("title"),
        description=reader.text("description"),
        artifact=reader.text("artifact"),
        sha256=reader.text("sha256"),
        scikit_learn=reader.text("scikit_learn"),
        inputs=inputs,
        choices=choices,
        output=output,
        examples=examples,
        training=reader.value("training", dict),
        document=document,
    )
    reader.done()
    for key, value, pattern in (
        ("name", manifest.name, NAME),
        ("version", manifest.version, VERSION),
        ("sha256", manifest.sha256, DIGEST),
    ):
        if not pattern.fullmatch(value):
            raise RefusedError(f"manifest.json: {key} must match {pattern.pattern}, {value!r} came")
    if "/" in manifest.artifact or manifest.artifact in ("", ".", ".."):
        raise RefusedError(f"manifest.json: artifact must be a file name, {manifest.artifact!r} came")
    return manifest


def _input(reader: _Reader) -> Input:
    kind = reader.one_of("kind", INPUT_KINDS)
    item = Input(
        name=reader.text("name"),
        kind=kind,
        description=reader.value("description", str, ""),
        minimum=reader.value("minimum", float, None),
        maximum=reader.value("maximum", float, None),
    )
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        raise RefusedError(f"{reader.where}: minimum {item.minimum} is above maximum {item.maximum}")
    reader.done()
    return item


def _choice(reader: _Reader, names: set[str]) -> Choice:
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
    _unique(list(choice.values), f"{reader.where}: values")
    if unknown := [name for name in choice.inputs if name not in names]:
        raise RefusedError(f"{reader.where}: {unknown[0]!r} is not an input")
    if choice.name in names:
        raise RefusedError(f"{reader.where}: {choice.name!r} names an input, too")
    return choice


def _output(reader: _Reader) -> Output:
    kind = reader.one_of("kind", OUTPUT_KINDS)
    output = Output(
        name=reader.text("name"),
        kind=kind,
        classes=tuple(reader.value("classes", list) if kind == "class" else ()),
        labels=tuple(reader.value("labels", list, [])),
    )
    reader.done()
    if kind == "class" and len(output.classes) < 2:
        raise RefusedError(f"{reader.where}: at least two classes expected")
    if output.labels and len(output.labels) != len(output.classes):
        raise RefusedError(f"{reader.where}: as many labels as classes expected")
    return output


def _example(reader: _Reader, width: int, output: Output) -> Example:
    instance = reader.value("instance", list)
    if len(instance) != width or any(type(value) not in (int, float) for value in instance):
        raise RefusedError(f"{reader.where}: instance must be {width} numbers")
    probability = reader.value("probability", list, None)
    if probability is not None and len(probability) != len(output.classes):
        raise RefusedError(f"{reader.where}: a probability for each class expected")
    example = Example(
        instance=tuple(float(value) for value in instance),
        prediction=reader.any("prediction"),
        probability=None if probability is None else tuple(float(value) for value in probability),
    )
    reader.done()
    return example


def _unique(names: list[Any], where: str) -> None:
    if twice := sorted({str(name) for name in names if names.count(name) > 1}):
        raise RefusedError(f"manifest.json: {where}: {', '.join(twice)} comes more than once")


_REQUIRED: Any = object()


class _Reader:
    """Takes keys out of one JSON object, knows where it stands, and refuses what nobody took."""

    def __init__(self, document: Any, where: str) -> None:
        if not isinstance(document, dict):
            raise RefusedError(f"{where}: an object expected")
        self.where = where
        self._left = dict(document)

    def any(self, key: str, default: Any = _REQUIRED) -> Any:
        if key not in self._left and default is _REQUIRED:
            raise RefusedError(f"{self.where}: {key} is missing")
        return self._left.pop(key, default)

    def value(self, key: str, kind: type, default: Any = _REQUIRED) -> Any:
        present = key in self._left
        value = self.any(key, default)
        if not present:
            return value
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise RefusedError(f"{self.where}: {key} must be a {kind.__name__}, {value!r} came")
        return value

    def text(self, key: str) -> str:
        return str(self.value(key, str))

    def one_of(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in choices:
            raise RefusedError(f"{self.where}: {key} must be one of {', '.join(choices)}, {value!r} came")
        return value

    def object(self, key: str) -> _Reader:
        return _Reader(self.any(key), f"{self.where}: {key}")

    def objects(self, key: str, optional: bool = False) -> list[_Reader]:
        items = self.value(key, list, [] if optional else _REQUIRED)
        return [_Reader(item, f"{self.where}: {key}[{index}]") for index, item in enumerate(items)]

    def done(self) -> None:
        if self._left:
            raise RefusedError(f"{self.where}: unknown key {sorted(self._left)[0]!r}")
