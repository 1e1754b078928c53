"""The OpenAPI document: valid, complete, and its examples work when they are pasted."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from inference_app.hosts.assembly import Application
from inference_app.serving.answer import ROUTES
from inference_app.web.openapi.decimals import PLAIN, decimal_pattern
from inference_app.web.openapi.errors import ANYWHERE, ERRORS
from tests.app.support.described import SINGLE
from tests.app.support.doors import Asked, Door
from tests.app.support.process import ROOT

PACKAGE = ROOT / "inference_app"
MAKERS = {
    "ApiError": 1,
    "bad_request": 1,
    "too_large": 1,
    "unavailable": 0,
    "too_many": 0,
}  # place of the code


@pytest.fixture(scope="session")
def generic(application: Application) -> dict[str, Any]:
    return application.services.documents.openapi(None, None)  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def completed(application: Application) -> dict[str, Any]:
    services = application.services
    return services.documents.openapi(services.models.all(), services.default_model())  # type: ignore[no-any-return]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in ("get", "post"):
            if method in item:
                yield path, method.upper(), item[method]


def codes_in_the_code() -> set[str]:
    """The codes of every error that the package raises."""
    found = {"invalid_input", "unauthorized"}  # made in errors.py
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                place = MAKERS[node.func.id]
                given = node.args[place] if len(node.args) > place else None
                if isinstance(given, ast.Constant):
                    found.add(str(given.value))
    limits = (PACKAGE / "hosts" / "limits.py").read_text()
    return found | set(re.findall(r'\d{3}: \(\s*"([a-z_]+)"', limits))


def test_both_documents_are_valid(generic: dict[str, Any], completed: dict[str, Any]) -> None:
    validate(generic)
    validate(completed)
    assert generic["openapi"].startswith("3.1.")


def test_every_route_and_method_is_described(generic: dict[str, Any]) -> None:
    described = {(path, method) for path, method, _ in operations(generic)}
    assert described == {(route.path, method) for route in ROUTES for method in route.handlers}


def test_what_needs_a_token_says_so(generic: dict[str, Any]) -> None:
    for path, method, operation in operations(generic):
        route = next(route for route in ROUTES if route.path == path)
        security = operation.get("security", generic["security"])
        assert ({"bearer": []} in security and {} not in security) is route.needs_token, (path, method)
        assert ("401" in operation["responses"]) is (route.needs_token or path == "/login"), (path, method)


def test_every_error_of_the_code_is_described_with_an_example(generic: dict[str, Any]) -> None:
    assert codes_in_the_code() == set(ERRORS)
    schema = generic["components"]["schemas"]["Error"]
    assert schema["properties"]["code"]["enum"] == sorted(ERRORS)
    used: set[str] = set(ANYWHERE)
    for _, _, operation in operations(generic):
        for status, response in operation["responses"].items():
            if status[0] in "45":
                examples = response["content"]["application/json"]["examples"]
                assert {ERRORS[code].status for code in examples} == {int(status)}
                used |= set(examples)
    assert used == set(ERRORS)
    for code, example in generic["components"]["examples"].items():
        Draft202012Validator(schema).validate(example["value"])
        assert example["value"]["code"] == code


def test_the_generic_document_tells_nothing_of_the_models(generic: dict[str, Any]) -> None:
    text = json.dumps(generic)
    for name in ("celsius", "day_mon", "/models/days", '"picture"', "colour"):
        assert name not in text


def test_every_operation_has_a_name_of_its_own(completed: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(completed)]
    assert len(names) == len(set(names))


def test_every_example_of_a_body_works_when_it_is_pasted(
    completed: dict[str, Any], ask: Door, as_json: dict[str, str]
) -> None:
    tried = 0
    for path, method, operation in operations(completed):
        media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for name, example in media.get("examples", {}).items():
            if path == "/login":
                continue
            reply = ask(Asked(method, path, headers=as_json, body=json.dumps(example["value"]).encode()))
            assert reply.status == 200, (path, name, reply.body)
            tried += 1
    assert tried > 20


def test_the_answer_to_the_first_example_is_the_documents(
    completed: dict[str, Any], ask: Door, as_json: dict[str, str]
) -> None:
    operation = completed["paths"]["/models/days/predict"]["post"]
    sent = operation["requestBody"]["content"]["application/json"]["examples"]["a row"]["value"]
    reply = ask(Asked("POST", "/models/days/predict", headers=as_json, body=json.dumps(sent).encode()))
    answer = operation["responses"]["200"]["content"]["application/json"]
    assert (
        json.loads(reply.body)["prediction"] == answer["examples"]["the first example"]["value"]["prediction"]
    )
    Draft202012Validator(answer["schema"]).validate(json.loads(reply.body))


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ({"instances": [[0, 1, 0, 25]]}, True),
        ({"instances": [{"day": "tue", "celsius": 25}]}, True),
        ({"day": "tue", "celsius": 25}, True),
        ({"x": [0, 1, 0, 25]}, True),
        ({"instances": [[0, 1, 0]]}, False),
        ({"instances": []}, False),
        ({"instances": [[0, 1, 0, 25], {"day": "tue", "celsius": 25}]}, False),
        ({"day": "sun", "celsius": 25}, False),
        ({"day": "tue", "day_mon": 0, "celsius": 25}, False),
        ({"x": [True, 1, 0, 25]}, False),
        ({}, False),
    ],
)
def test_the_schema_and_the_service_agree(
    body: Any, fits: bool, completed: dict[str, Any], ask: Door, as_json: dict[str, str]
) -> None:
    schema = completed["components"]["schemas"]["days.rows"]
    assert Draft202012Validator(schema).is_valid(body) is fits
    reply = ask(Asked("POST", "/models/days/predict", headers=as_json, body=json.dumps(body).encode()))
    assert reply.status == (200 if fits else 400)


@pytest.mark.parametrize(
    ("low", "high", "inside", "outside"),
    [
        (0.0, 4.0, ["0", "3.999", "4", "4.000", "003.5"], ["4.5", "4.001", "5", "-1", "1e0", "", ".5"]),
        (2.0, 2.0, ["2", "2.0"], ["1", "2.1", "3"]),
        (10.0, 12.0, ["10", "11.5", "12"], ["9.9", "12.1", "100"]),
    ],
)
def test_the_pattern_of_a_query_knows_the_range(
    low: float, high: float, inside: list[str], outside: list[str]
) -> None:
    item = SINGLE["float32"]
    pattern = decimal_pattern(dataclasses.replace(item, minimum=low, maximum=high, datatype="float64"))
    assert [text for text in inside if not re.search(pattern, text)] == []
    assert [text for text in outside if re.search(pattern, text)] == []
    assert decimal_pattern(dataclasses.replace(item, minimum=-1.0, maximum=high)) == PLAIN
