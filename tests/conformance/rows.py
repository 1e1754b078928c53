"""Rows and records for a model, made from the examples in its manifest."""

from __future__ import annotations

from typing import Any

from .bodies import Body, Json
from .expect import Anything, Each, about
from .service import Model

# Facts about the models that earlier systems serve: a straight line over 0 to 4.
GOLDEN = {"0": 1009.9768130651476, "3": 1763.0867553206997, "4": 2014.123402739217}
GOLDEN_WITHIN = 1e-9
GOLDEN_MODEL = "gpa_to_sat"


def answered(model: Model, examples: list[dict[str, Any]]) -> Body:
    """The whole answer for the rows of these examples, within 1e-6 of what the manifest records."""
    value: dict[str, Any] = {
        "prediction": about([example["prediction"] for example in examples]),
        "model": model.name,
        "version": model.version,
    }
    if model.gives_probability:
        value["probability"] = about([example["probability"] for example in examples])
    return Json(value)


def of_shape(model: Model, count: int) -> Body:
    """The answer to `count` rows, whatever it predicts."""
    value: dict[str, Any] = {
        "prediction": Each(Anything(), count),
        "model": model.name,
        "version": model.version,
    }
    if model.gives_probability:
        value["probability"] = Each(Each(about(0.5, 0.5)), count)
    return Json(value)


def by_input(model: Model, row: list[Any]) -> dict[str, Any]:
    """The record of `row` by the inputs' names."""
    if model.lone_array:
        return {model.inputs[0]["name"]: row}
    return dict(zip((item["name"] for item in model.inputs), row, strict=True))


def by_choice(model: Model) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """A record that names the choices, and the example it stands for; None where no example is one-hot."""
    for example in model.examples if model.choices else ():
        values = by_input(model, example["instance"])
        record: dict[str, Any] = {}
        for choice in model.choices:
            ones = [values.pop(name) for name in choice["inputs"]]
            if sorted(ones) != [0.0] * (len(ones) - 1) + [1.0]:
                break
            record[choice["name"]] = choice["values"][ones.index(1.0)]
        else:
            return {**record, **values}, example
    return None
