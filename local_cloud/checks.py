"""One request to every route on a host, each with the answer that the contract promises."""

import http.client
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .client import Reply, send
from .png import grey_png
from .protocol import infer_body
from .served_models import ServedModel

Verdict = Callable[[Reply], object]  # truth, or an error: the promise is broken


@dataclass(frozen=True)
class Check:
    """One request. `what` tells it from others of the same route; `holds` is asked beyond the status."""

    method: str
    path: str
    status: int
    what: str = ""
    body: Any = None
    token: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    holds: Verdict = lambda reply: True  # noqa: ARG005
    route: str = ""

    @property
    def template(self) -> str:
        """The path as the contract writes it."""
        return self.route or self.path.partition("?")[0]


def checks_for(
    models: Sequence[ServedModel], default: ServedModel, user: str, password: str
) -> Iterator[Check]:
    """The table: every route, in each of its forms."""
    yield Check("GET", "/", 200, "as JSON", holds=lambda reply: isinstance(reply.json(), dict))
    yield from _pages()
    yield Check("GET", "/healthz", 200)
    yield Check("GET", "/readyz", 200)
    yield Check("GET", "/openapi.json", 200, "without a token", holds=_is_openapi)
    yield Check("GET", "/openapi.json", 200, "with a token", token=True, holds=_is_openapi)
    yield Check("GET", "/no/such/path", 404, holds=_is_error)
    yield Check("GET", "/metrics", 404, "on the main port", holds=_is_error)
    login = {"username": user, "password": password}
    yield Check("POST", "/login", 200, body=login, holds=lambda reply: reply.json()["token_type"] == "Bearer")
    yield Check("POST", "/login", 401, "wrong password", {**login, "password": "wrong"}, holds=_is_error)
    yield from _predictions(default)
    yield _by_query(models)
    yield Check("GET", "/models", 200, token=True, holds=lambda reply: _names_all(reply, models))
    yield Check("GET", "/v2", 200, holds=lambda reply: "binary_tensor_data" in reply.json()["extensions"])
    for state in ("live", "ready"):
        yield Check("GET", f"/v2/health/{state}", 200)
    for model in models:
        yield from _of_model(model)
        yield from _of_protocol(model)
    yield Check("GET", "/models/no-such-model", 404, token=True, holds=_is_error, route="/models/{name}")
    yield from _refusals(default)


def _pages() -> Iterator[Check]:
    browser = {"Accept": "text/html"}
    yield Check("GET", "/", 200, "as a page", headers=browser, holds=lambda reply: b"<html" in reply.body)
    yield Check("GET", "/static/index.html", 200, holds=_is_page, route="/static/{name}")
    yield Check("GET", "/docs", 200, holds=_is_page)
    yield Check("GET", "/docs/swagger-ui.css", 200, route="/docs/{name}")


def _predictions(model: ServedModel) -> Iterator[Check]:
    row, record = model.example["instance"], model.record
    answers = _answers(model)
    for what, body in (
        ("instances", {"instances": [row]}),
        ("data", {"data": row}),
        ("x", {"x": row}),
        ("records", {"instances": [record]}),
        ("a bare record", record),
    ):
        yield Check("POST", "/predict", 200, what, body, token=True, holds=answers)
    yield Check("GET", "/predict", 200, "with a body", {"x": row}, token=True, holds=answers)
    expected = str(model.example["prediction"])
    yield Check(
        "POST",
        "/predict_api",
        200,
        body={"data": row},
        token=True,
        holds=lambda reply: reply.json() == expected,
    )


def _by_query(models: Sequence[ServedModel]) -> Check:
    narrow = [model for model in models if model.takes_one_number]
    if len(narrow) != 1:
        return Check("GET", "/predict?input=3", 400, "ambiguous", token=True, holds=_is_error)
    value = narrow[0].example["instance"][0]
    return Check("GET", f"/predict?input={value}", 200, token=True, holds=_answers(narrow[0]))


def _of_model(model: ServedModel) -> Iterator[Check]:
    path = f"/models/{model.name}"
    yield Check(
        "GET",
        path,
        200,
        token=True,
        holds=lambda reply: reply.json()["sha256"] == model.sha256,
        route="/models/{name}",
    )
    body = {"instances": [model.example["instance"]]}
    yield Check(
        *("POST", f"{path}/predict", 200, "", body),
        token=True,
        holds=_answers(model),
        route="/models/{name}/predict",
    )
    if model.image:
        yield from _of_image(model, f"{path}/predict")


def _of_protocol(model: ServedModel) -> Iterator[Check]:
    body, expected = infer_body(model), model.example["prediction"]
    for template in ("/v2/models/{name}", "/v2/models/{name}/versions/{version}"):
        path = template.format(name=model.name, version=model.version)
        yield Check(
            *("GET", path, 200),
            token=True,
            holds=lambda reply: reply.json()["name"] == model.name,
            route=template,
        )
        yield Check("GET", f"{path}/ready", 200, token=True, route=f"{template}/ready")
        yield Check(
            *("POST", f"{path}/infer", 200, "", body),
            token=True,
            holds=lambda reply: _is_close(reply.json()["outputs"][0]["data"][0], expected),
            route=f"{template}/infer",
        )


def _of_image(model: ServedModel, path: str) -> Iterator[Check]:
    picture = grey_png(model.example["instance"], model.image["scale"])
    head = 'Content-Disposition: form-data; name="image"; filename="example.png"'
    form = b"--x\r\n" + head.encode() + b"\r\n\r\n" + picture + b"\r\n--x--\r\n"
    for what, body, content_type in (
        ("a PNG", picture, "image/png"),
        ("a PNG in a form", form, "multipart/form-data; boundary=x"),
    ):
        yield Check(
            *("POST", path, 200, what, body),
            token=True,
            headers={"Content-Type": content_type},
            holds=lambda reply: reply.json()["prediction"] == [model.example["prediction"]],
            route="/models/{name}/predict",
        )


def _refusals(model: ServedModel) -> Iterator[Check]:
    row = model.example["instance"]
    text = {"Content-Type": "text/plain"}
    yield Check("POST", "/predict", 401, "without a token", {"instances": [row]}, holds=_challenges)
    yield Check(
        "GET", "/models", 401, "a forged token", headers={"Authorization": "Bearer x.y.z"}, holds=_challenges
    )
    yield Check("POST", "/predict", 400, "one value too many", {"x": [*row, 0]}, token=True, holds=_is_error)
    yield Check(
        "POST", "/predict", 400, "no JSON", b"{", True, {"Content-Type": "application/json"}, _is_error
    )
    yield Check("POST", "/predict", 415, "another type", b"3", True, text, _is_error)
    yield Check(
        "DELETE", "/predict", 405, token=True, holds=lambda reply: _is_error(reply) and reply.headers["allow"]
    )


METRICS = Check("GET", "/metrics", 200, "on METRICS_PORT", holds=lambda reply: b"# TYPE " in reply.body)


def run_checks(host: str, url: str, checks: Sequence[Check], token: str = "") -> Iterator[tuple[bool, str]]:
    """Sends each check to a host; whether it passed, and its line."""
    for check in checks:
        began = time.monotonic()
        fault = _fault(url, check, token)
        took = (time.monotonic() - began) * 1000
        title = f"{check.method:<6} {check.path}" + (f" ({check.what})" if check.what else "")
        yield not fault, line(host, title, fault, f"{check.status} {took:6.0f} ms")


def line(host: str, title: str, fault: str, passed: str) -> str:
    """The line of one check: what is wrong, or how it passed."""
    return f"  {'FAILED' if fault else 'ok':<6} {host:<8} {title:<55} {fault or passed}"


def _fault(url: str, check: Check, token: str) -> str:
    """What is wrong with the answer; empty where nothing is."""
    try:
        bearer = token if check.token else ""
        reply = send(url, check.method, check.path, check.body, bearer, check.headers)
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error}"
    if reply.status != check.status:
        return f"{check.status} expected, {reply.status} came: {reply.body[:200].decode(errors='replace')}"
    try:
        held = check.holds(reply)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        return (
            f"{reply.status}, but {type(error).__name__} {error}: {reply.body[:200].decode(errors='replace')}"
        )
    return (
        ""
        if held
        else f"{reply.status}, but not what was promised: {reply.body[:200].decode(errors='replace')}"
    )


def _answers(model: ServedModel) -> Verdict:
    """The promise that a reply holds the manifest's example and names the model in its header."""
    example = model.example
    label = f"{model.name};{model.version};{model.sha256[:12]}"

    def holds(reply: Reply) -> bool:
        answer = reply.json()
        pairs = [(answer["prediction"][0], example["prediction"])]
        if "probability" in answer:
            pairs += zip(answer["probability"][0], example["probability"], strict=True)
        return all(_is_close(*pair) for pair in pairs) and reply.headers.get("x-model") == label

    return holds


def _is_close(came: Any, meant: Any) -> bool:
    if isinstance(meant, str):
        return bool(came == meant)
    return math.isclose(came, meant, rel_tol=1e-6, abs_tol=1e-6)


def _is_page(reply: Reply) -> bool:
    return b"<html" in reply.body and reply.headers["content-type"].startswith("text/html")


def _is_error(reply: Reply) -> bool:
    return {"error", "code", "request_id"} <= set(reply.json())


def _challenges(reply: Reply) -> bool:
    return _is_error(reply) and reply.headers["www-authenticate"].startswith("Bearer")


def _is_openapi(reply: Reply) -> bool:
    return str(reply.json()["openapi"]).startswith("3.1")


def _names_all(reply: Reply, models: Sequence[ServedModel]) -> bool:
    text = reply.body.decode()
    return all(f'"{model.name}"' in text for model in models)
