"""Predictions: each form of a request, answered as the manifest's examples and golden values say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..asking import Asked
from ..bodies import JSON, Exactly, Json
from ..case import Case, LeftOut, bearer, get, post, refused
from ..expect import About
from ..rows import GOLDEN, GOLDEN_MODEL, GOLDEN_WITHIN, answered, by_choice, by_input
from ..service import MOST_BYTES, Model, Service
from ..ways import Feature

WITH_BODY = frozenset({Feature.GET_BODY})


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """By query, for the default model, by name."""
    auth = bearer(service)
    yield from _by_query(service, auth)
    for model in service.models.values():
        if model.has_large_rows:
            yield LeftOut(
                f"rows and tensors for {model.name}", f"a row of it is over {MOST_BYTES} bytes of JSON"
            )
            continue
        if model is service.default_model:
            yield from _rows_of(model, "/predict", auth)
            yield from _earlier_clients(model, auth)
        yield from _rows_of(model, model.path, auth)
    golden = service.models.get(GOLDEN_MODEL)
    if golden is None:
        yield LeftOut("the golden values of the straight line", f"GET /models lists no {GOLDEN_MODEL}")
    else:
        document = {"instances": [[float(value)] for value in GOLDEN]}
        exact = {"prediction": [About(value, GOLDEN_WITHIN) for value in GOLDEN.values()]}
        body = Json({**exact, "model": golden.name, "version": golden.version})
        yield Case("golden values", post(golden.path, document, auth), 200, body, {"x-model": golden.label})
    no_name = post("/models/no-such-model/predict", {"x": [1]}, auth)
    yield refused("an unknown model", no_name, 404, "unknown_model", "no-such-model")


def _by_query(service: Service, auth: dict[str, str]) -> Iterator[Case | LeftOut]:
    narrow = service.narrow_models
    if len(narrow) != 1:
        asked = get("/predict", auth, "input=3")
        yield refused(
            "no model of one input, or several", asked, 400, "ambiguous_model", "/models/{name}/predict"
        )
        yield LeftOut("GET /predict?input=…", f"{len(narrow)} models have a single input, not one")
        return
    (model,) = narrow
    label = {"x-model": model.label}
    values = {str(example["instance"][0]): About(example["prediction"]) for example in model.examples}
    if model.name == GOLDEN_MODEL:
        values |= {text: About(value, GOLDEN_WITHIN) for text, value in GOLDEN.items()}
    for text, expected in values.items():
        body = Json({"prediction": [expected]})
        yield Case(f"input={text}", get("/predict", auth, f"input={text}"), 200, body, label)
    text, expected = next(iter(values.items()))
    body = Json({"prediction": [expected]})
    encoded = f"input=%{ord(text[0]):02X}{text[1:]}"
    yield Case("percent-encoded", get("/predict", auth, encoded), 200, body, label)
    yield Case("other parameters beside", get("/predict", auth, f"a=1&input={text}&b="), 200, body, label)
    lower = {"authorization": auth["Authorization"].replace("Bearer", "bearer")}
    yield Case("header and scheme in lower case", get("/predict", lower, f"input={text}"), 200, body, label)
    for name, query in (
        ("none", ""),
        ("empty", "input="),
        ("a word", "input=abc"),
        ("NaN", "input=nan"),
        ("infinity", "input=inf"),
        ("an exponent", "input=1e0"),
        ("an underscore", "input=1_0"),
        ("a plus", "input=%2B1"),
        ("a space before", "input=%201"),
        ("hexadecimal", "input=0x1"),
        ("a digit of another script", "input=%D9%A3"),
        ("a dot alone", "input=1."),
        ("400 digits", f"input={'9' * 400}"),
        ("bytes that are no UTF-8", "input=%FF"),
        ("the name in capitals", "Input=1"),
    ):
        yield refused(f"query: {name}", get("/predict", auth, query), 400, "invalid_input")
    two = get("/predict", auth, f"input={text}&input={text}")
    once = frozenset({Feature.EQUAL_PARAMETERS})
    yield refused("query: two", two, 400, "invalid_input", needs=once)
    for name, text in _outside(model):
        yield refused(f"query: {name}", get("/predict", auth, f"input={text}"), 400, "invalid_input", text)
    both = Asked(
        "GET", "/predict", f"input={next(iter(values))}", {**auth, "Content-Type": JSON}, b'{"x":[3]}'
    )
    yield refused("a query and a body", both, 400, "invalid_input", needs=WITH_BODY)


def _outside(model: Model) -> Iterator[tuple[str, str]]:
    (item,) = model.inputs
    if "maximum" in item:
        yield "above the range", str(item["maximum"] + 0.5)
    if "minimum" in item:
        yield "below the range", str(item["minimum"] - 0.5)


def _rows_of(model: Model, path: str, auth: dict[str, str]) -> Iterator[Case | LeftOut]:
    label = {"x-model": model.label}
    examples = model.examples
    rows = [example["instance"] for example in examples]
    first = answered(model, examples[:1])

    def case(name: str, document: Any, body: Any = first, **headers: str) -> Case:
        return Case(name, post(path, document, {**auth, **headers}), 200, body, label)

    yield case("every example in one request", {"instances": rows}, answered(model, examples))
    for index, example in enumerate(examples):
        yield case(f"example {index}", {"instances": [example["instance"]]}, answered(model, [example]))
    yield case("data", {"data": rows[0]})
    yield case("x", {"x": rows[0]})
    record = by_input(model, rows[0])
    yield case("records by input", {"instances": [record, record]}, answered(model, [examples[0]] * 2))
    yield case("a bare record by input", record)
    if chosen := by_choice(model):
        chosen_record, example = chosen
        yield case("records by choice", {"instances": [chosen_record]}, answered(model, [example]))
        yield case("a bare record by choice", chosen_record, answered(model, [example]))
    if model.is_table:
        whole = [int(value) if value == int(value) else value for value in rows[0]]
        yield case("whole numbers without a point", {"x": whole})
    typed = {"Content-Type": 'Application/JSON; charset="UTF-8"'}
    yield Case(
        "another spelling of the type", post(path, {"x": rows[0]}, {**auth, **typed}), 200, first, label
    )
    chunked = post(path, {"x": rows[0]}, auth)
    yield Case(
        "a chunked body",
        Asked("POST", path, "", chunked.headers, chunked.body, chunked=True),
        200,
        first,
        label,
    )


def _earlier_clients(model: Model, auth: dict[str, str]) -> Iterator[Case]:
    label = {"x-model": model.label}
    row = model.examples[0]["instance"]
    typed = {**auth, "Content-Type": JSON}
    asked = Asked("GET", "/predict", "", typed, post("", {"x": row}).body)
    yield Case("a JSON body", asked, 200, answered(model, model.examples[:1]), label, needs=WITH_BODY)
    for index, example in enumerate(model.examples):
        asked = post("/predict_api", {"data": example["instance"]}, auth)
        if model.is_classifier:
            expected = Exactly(f'"{example["prediction"]}"'.encode())
            yield Case(f"example {index}, its class as a string", asked, 200, expected, label)
    yield refused("another form", post("/predict_api", {"x": row}, auth), 400, "invalid_input", '"data"')
    rows = post("/predict_api", {"data": [row]}, auth)
    yield refused("rows in place of a row", rows, 400, "invalid_input")
