"""What answer() promises beyond single requests: which model, what while none is loaded, on a fault."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from inference_app.hosts.assembly import Application, assemble
from inference_app.models.store import ModelStore
from inference_app.serving.answer import answer
from inference_app.serving.messages import Answer, Request
from inference_app.serving.services import Alone, Services
from inference_app.settings import read_settings
from tests.app.support.environment import environment

Ask = Callable[..., Answer]


def request(
    method: str, path: str, token: str | None = None, document: object = None, query: str = ""
) -> Request:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    body = b"" if document is None else json.dumps(document).encode()
    return Request(
        method, path, query, headers | {"content-type": "application/json"}, body, "1.2.3.4", "id-000001"
    )


def code(reply: Answer) -> Any:
    return json.loads(reply.body)["code"]


def with_models(services: Services, *names: str) -> Services:
    """`services` with some of its models, the first of them as the default."""
    store = ModelStore()
    for name in names:
        model = services.models.current(name)
        assert model is not None
        store.swap(model)
    store.expect(model.name for model in store.all())
    return dataclasses.replace(services, models=store, default_model=lambda: names[0])


def test_the_query_needs_exactly_one_model_with_a_single_input(application: Application, token: str) -> None:
    asked = request("GET", "/predict", token, query="input=3")
    none = answer(asked, with_models(application.services, "days"))
    assert (none.status, code(none)) == (400, "ambiguous_model")
    assert "/models/{name}/predict" in json.loads(none.body)["error"]
    two = with_models(application.services, "line", "days")
    line = two.models.current("line")
    assert line is not None
    two.models.swap(dataclasses.replace(line, name="line2"))
    assert code(answer(asked, two)) == "ambiguous_model"


def test_the_answer_of_the_query_holds_the_prediction_only(application: Application, token: str) -> None:
    reply = answer(request("GET", "/predict", token, query="input=3"), application.services)
    assert json.loads(reply.body) == {"prediction": [pytest.approx(7.0, abs=1e-9)]}


def test_a_classifier_answers_class_and_probability_with_its_name_and_version(
    application: Application, token: str
) -> None:
    reply = answer(request("POST", "/predict", token, {"x": [0, 1, 0, 25]}), application.services)
    document = json.loads(reply.body)
    model = application.services.models.current("days")
    assert model is not None
    assert set(document) == {"prediction", "probability", "model", "version"}
    assert (document["prediction"], document["model"], document["version"]) == ([1], "days", "1.0.0")
    assert document["probability"] == [pytest.approx(model.manifest.examples[0].probability)]
    assert reply.header("X-Model") == model.label


def test_a_number_is_answered_without_probability(application: Application, token: str) -> None:
    reply = answer(request("POST", "/models/line/predict", token, {"instances": [[1]]}), application.services)
    assert set(json.loads(reply.body)) == {"prediction", "model", "version"}


def test_predict_api_answers_a_json_string_holding_the_class(application: Application, token: str) -> None:
    reply = answer(request("POST", "/predict_api", token, {"data": [0, 1, 0, 25]}), application.services)
    assert reply.body == b'"1"'


def test_an_answer_that_is_no_finite_number_is_the_clients_400(application: Application, token: str) -> None:
    class Overflowing:
        def predict(self, rows: NDArray[np.float64], /) -> NDArray[np.float64]:
            return rows[:, 0] * 1e308 * 10

    services = with_models(application.services, "line")
    line = services.models.current("line")
    assert line is not None
    services.models.swap(dataclasses.replace(line, estimator=Overflowing()))
    reply = answer(request("POST", "/predict", token, {"instances": [[0], [4]]}), services)
    assert (reply.status, code(reply)) == (400, "invalid_input")
    assert json.loads(reply.body)["error"].startswith("row 1: ")


def test_a_value_error_of_the_estimator_is_the_clients_400(application: Application, token: str) -> None:
    class Refusing:
        def predict(self, rows: NDArray[np.float64], /) -> NDArray[np.float64]:
            del rows
            raise ValueError("a value too large for dtype('float32')")

    services = with_models(application.services, "line")
    line = services.models.current("line")
    assert line is not None
    services.models.swap(dataclasses.replace(line, estimator=Refusing()))
    assert answer(request("POST", "/predict", token, {"x": [1]}), services).status == 400


def test_a_fault_of_the_service_is_a_500_that_tells_the_log_and_not_the_client(
    application: Application, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def predict(self, rows: NDArray[np.float64], /) -> NDArray[np.float64]:
            del rows
            raise RuntimeError("secret detail")

    services = with_models(application.services, "line")
    line = services.models.current("line")
    assert line is not None
    services.models.swap(dataclasses.replace(line, estimator=Broken()))
    with caplog.at_level(logging.ERROR, "inference.serving"):
        reply = answer(request("POST", "/predict", token, {"x": [1]}), services)
    assert (reply.status, code(reply)) == (500, "internal_error")
    assert b"secret detail" not in reply.body
    assert "secret detail" in caplog.text


def test_while_nothing_is_loaded_the_service_lives_and_says_503_with_retry_after(
    environ: dict[str, str],
) -> None:
    services = assemble(read_settings(environ)).services
    assert answer(request("GET", "/healthz"), services).status == 200
    for asked in (
        request("GET", "/readyz"),
        request("POST", "/login", None, {"username": "a", "password": "b"}),
    ):
        reply = answer(asked, services)
        assert (reply.status, code(reply), reply.header("Retry-After")) == (503, "not_ready", "2")
    assert answer(request("GET", "/models"), services).status == 401
    assert answer(request("GET", "/nope"), services).status == 404


def test_while_a_model_is_missing_its_routes_say_503_and_unknown_names_404(
    application: Application, token: str
) -> None:
    store = ModelStore()
    store.expect(["line", "days"])
    services = dataclasses.replace(application.services, models=store)
    for asked in (
        request("POST", "/predict", token, {"x": [1]}),
        request("GET", "/predict", token, query="input=3"),
        request("GET", "/models", token),
        request("GET", "/models/line", token),
    ):
        assert (answer(asked, services).status, code(answer(asked, services))) == (503, "not_ready")
    assert answer(request("GET", "/models/nope", token), services).status == 404


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (Alone(), (200, None)),
        (Alone(draining=True), (503, "draining")),
        (Alone(others_ready=False), (503, "not_ready")),
    ],
)
def test_readiness_is_that_of_the_whole_host(
    host: Alone, expected: tuple[int, str | None], application: Application
) -> None:
    reply = answer(request("GET", "/readyz"), dataclasses.replace(application.services, host=host))
    assert (reply.status, json.loads(reply.body).get("code")) == expected


def test_a_draining_host_still_predicts(application: Application, token: str) -> None:
    services = dataclasses.replace(application.services, host=Alone(draining=True))
    assert answer(request("POST", "/predict", token, {"x": [0, 1, 0, 25]}), services).status == 200


def test_one_missing_secret_keeps_the_service_from_being_ready(
    tmp_path: Any, releases: list[dict[str, str]]
) -> None:
    environ = environment(tmp_path, releases)
    (tmp_path / "users.json").unlink()
    application = assemble(read_settings(environ))
    assert application.load() is False
    assert answer(request("GET", "/readyz"), application.services).status == 503


def test_errors_repeat_no_more_of_a_value_than_is_needed(application: Application, token: str) -> None:
    reply = answer(request("POST", "/predict", token, {"x": ["a" * 5000, 0, 0, 0]}), application.services)
    assert len(json.loads(reply.body)["error"]) < 200


def test_an_error_names_row_input_what_was_expected_and_what_came(
    application: Application, token: str
) -> None:
    reply = answer(
        request("POST", "/models/line/predict", token, {"instances": [[1], [4.5]]}), application.services
    )
    assert json.loads(reply.body)["error"] == "row 1, input 'x': a number from 0.0 to 4.0 expected, 4.5 came"


def test_a_request_id_is_taken_over_only_where_it_is_harmless(ask: Any) -> None:
    from tests.app.support.doors import Asked

    assert (
        ask(Asked("GET", "/healthz", headers={"X-Request-Id": "abc-123.DEF_4"})).headers["x-request-id"]
        == "abc-123.DEF_4"
    )
    for bad in ("short", "a b c d e f", 'x"},{"level', "x" * 65):
        given = ask(Asked("GET", "/healthz", headers={"X-Request-Id": bad})).headers["x-request-id"]
        assert given != bad
        assert len(given) == 32
