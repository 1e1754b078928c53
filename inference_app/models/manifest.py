"""The manifest: what a model is called, what it takes, what it gives, and examples that prove it.

The validation, the self-test, the OpenAPI document and the page all come from it. It is read strictly: a key
that is misspelt, or a range that is upside down, is refused when the model is loaded and not when a client
meets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import RefusedError
from ..settings import DIGEST, NAME, VERSION
from ..strict_json import StrictJsonError, parse
from .inputs import DATATYPES, NUMBERS, Choice, Input, Tensor, lone_array, read_choices, read_inputs
from .json_reader import Reader
from .values import WrongValueError, array_of, float_bounds

OUTPUT_KINDS = ("class", "number")


@dataclass(frozen=True, slots=True)
class Output:
    """What the model answers: a class (with its classes and their labels), or a number."""

    name: str
    kind: str
    classes: tuple[Any, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A row and the answer that the model gave when it was published. `instance` is the row as a client
    sends it: one value an input, or the array itself where the model takes a single array or image."""

    instance: tuple[Any, ...]
    prediction: Any
    probability: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What publishing found the artifact to answer on `rows` probe rows (see models/proof.py): the digest
    over answers in steps of `steps`, moved by `phase`. `scheme` numbers the rule for rows and digest."""

    scheme: int
    rows: int
    steps: tuple[float, ...]
    phase: int
    sha256: str


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
    prepared: Record | None = None
    tensors: tuple[Tensor, ...] = field(init=False)  # the arrays that the model takes, with the rows' axis
    is_table: bool = field(init=False)  # all inputs are single float64 numbers: one array of them all
    bounds: NDArray[np.float64] = field(init=False, repr=False, compare=False)  # of a table: lows, highs
    limits: tuple[list[float], list[float]] | None = field(init=False, repr=False)  # the same; None: no bound

    def __post_init__(self) -> None:
        is_table = all(item.is_plain for item in self.inputs)
        bounds = [float_bounds(item) for item in self.inputs] if is_table else []
        table = Tensor(NUMBERS, DATATYPES["float64"], (-1, len(self.inputs)))
        tensors = (table,) if is_table else tuple(item.tensor for item in self.inputs)
        object.__setattr__(self, "tensors", tensors)
        object.__setattr__(self, "is_table", is_table)
        object.__setattr__(self, "bounds", np.array(bounds, dtype=np.float64).T)
        bounded = any(item.minimum is not None or item.maximum is not None for item in self.inputs)
        object.__setattr__(self, "limits", tuple(self.bounds.tolist()) if is_table and bounded else None)

    @property
    def lone_array(self) -> Input | None:
        """The only input, when it is an array or an image: a row is then that array itself."""
        return lone_array(self.inputs)

    @property
    def lone_number(self) -> Input | None:
        """The only input, when it is a single number: a query string can carry it."""
        item = self.inputs[0]
        is_number = item.kind == "number" and item.datatype != "bool" and not item.shape
        return item if is_number and len(self.inputs) == 1 else None

    @property
    def image(self) -> Input | None:
        """The image, when that is what the model takes."""
        return self.inputs[0] if self.inputs[0].kind == "image" else None


def read_manifest(content: bytes) -> Manifest:
    """The manifest in `content` (UTF-8 JSON). Raises RefusedError naming the first rule that it breaks."""
    try:
        document = parse(content)
    except StrictJsonError as error:
        raise RefusedError(f"manifest.json: {error}") from error
    reader = Reader(document, "manifest.json")
    output = _output(reader.object("output"))
    inputs = read_inputs(reader.objects("inputs"))
    choices = read_choices(reader.objects("choices", optional=True), inputs)
    examples = tuple(_example(item, inputs, output) for item in reader.objects("examples"))
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
        prepared=_record(reader.object("prepared")) if reader.has("prepared") else None,
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


def _record(reader: Reader) -> Record:
    steps = reader.value("steps", list)
    record = Record(
        scheme=reader.whole("scheme", 1, 2**31),
        rows=reader.whole("rows", 1, 2**31),
        steps=tuple(float(step) for step in steps if type(step) in (int, float) and step > 0),
        phase=reader.whole("phase", 0, 2**31),
        sha256=reader.text("sha256"),
    )
    reader.done()
    if len(record.steps) != len(steps) or not steps or not DIGEST.fullmatch(record.sha256):
        raise RefusedError(f"{reader.where}: steps above 0 and a SHA-256 expected")
    return record


def _output(reader: Reader) -> Output:
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


def _example(reader: Reader, inputs: tuple[Input, ...], output: Output) -> Example:
    instance = reader.value("instance", list)
    values = [instance] if lone_array(inputs) else instance
    if len(values) != len(inputs):
        raise RefusedError(f"{reader.where}: instance must be {len(inputs)} values")
    for item, value in zip(inputs, values, strict=True):
        try:
            array_of(item, [value])
        except WrongValueError as error:
            raise RefusedError(
                f"{reader.where}: instance, {item.name}{error.place}: {error.expected} expected, "
                f"{error.value!r} came"
            ) from None
    probability = reader.value("probability", list, None)
    if probability is not None and len(probability) != len(output.classes):
        raise RefusedError(f"{reader.where}: a probability for each class expected")
    example = Example(
        instance=tuple(instance),
        prediction=reader.any("prediction"),
        probability=None if probability is None else tuple(float(value) for value in probability),
    )
    reader.done()
    return example
