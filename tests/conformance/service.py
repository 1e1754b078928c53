"""The service as its own routes tell it: who may ask, which models there are, what their manifests say."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .asking import Asked, Door, Reply
from .expect import shown
from .tokens import Signing

LOGIN_TRIES = 3
MOST_BYTES = 256 * 1024  # of rows in a case: it stays below the limit in each of its forms


class CannotAskError(Exception):
    """The suite cannot begin; the message says what was found and what to do."""


@dataclass(frozen=True)
class Model:
    """One model as GET /models/{name} describes it."""

    described: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.described["name"])

    @property
    def version(self) -> str:
        """Its version."""
        return str(self.described["version"])

    @property
    def label(self) -> str:
        """What X-Model says."""
        return f"{self.name};{self.version};{self.described['sha256'][:12]}"

    @property
    def path(self) -> str:
        """Where it predicts."""
        return f"/models/{self.name}/predict"

    @property
    def inputs(self) -> list[dict[str, Any]]:
        """Its inputs in order."""
        return list(self.described["inputs"])

    @property
    def choices(self) -> list[dict[str, Any]]:
        """Its one-hot groups."""
        return list(self.described.get("choices", []))

    @cached_property
    def examples(self) -> list[dict[str, Any]]:
        """Rows with their recorded answers: the first of them, as many as MOST_BYTES of JSON hold."""
        fitting: list[dict[str, Any]] = []
        size = 0
        for example in self.described["examples"]:
            size += len(json.dumps(example["instance"]))
            if fitting and size > MOST_BYTES:
                break
            fitting.append(example)
        return fitting

    @property
    def has_large_rows(self) -> bool:
        """Whether a single row is too much JSON to be asked in every form."""
        return len(json.dumps(self.examples[0]["instance"])) > MOST_BYTES

    @property
    def output(self) -> dict[str, Any]:
        """What it answers."""
        return dict(self.described["output"])

    @property
    def is_classifier(self) -> bool:
        """Whether it answers classes."""
        return bool(self.output["kind"] == "class")

    @property
    def gives_probability(self) -> bool:
        """Whether the classes come with their probabilities."""
        return "probability" in self.examples[0]

    @property
    def is_table(self) -> bool:
        """Whether a row is a list of single float64 numbers."""
        return all(
            item["kind"] == "number"
            and item.get("datatype", "float64") == "float64"
            and not item.get("shape")
            for item in self.inputs
        )

    @property
    def lone_array(self) -> bool:
        """Whether its only input is an array or an image: a row is then that array itself."""
        (first, *others) = self.inputs
        return not others and bool(first["kind"] == "image" or first.get("shape"))

    @property
    def takes_an_image(self) -> bool:
        """Whether its input is an image."""
        return bool(self.inputs[0]["kind"] == "image")


@dataclass(frozen=True)
class Service:
    """What the cases are made from. `signing`: the key that signs, where the asker has it."""

    token: str
    user: str
    password: str
    default: str
    models: Mapping[str, Model]
    signing: Signing | None = None
    run: str = field(default_factory=lambda: format(time.time_ns(), "x"))

    @property
    def default_model(self) -> Model:
        """The model that answers where no name is given."""
        return self.models[self.default]

    @property
    def asked_by_rows(self) -> list[Model]:
        """The models whose rows are sent as JSON and tensors."""
        return [model for model in self.models.values() if not model.has_large_rows]

    @property
    def narrow_models(self) -> list[Model]:
        """The models with a single number as input: a query string can carry it."""
        return [
            model
            for model in self.models.values()
            if len(model.inputs) == 1 and model.inputs[0]["kind"] == "number" and not model.lone_array
        ]


def learn(
    door: Door,
    user: str,
    password: str,
    signing: Signing | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Service:
    """Recognises the service behind `door`, logs in and reads what it serves. Raises CannotAskError."""
    recognise(door)
    token = _log_in(door, user, password, sleep)
    listed = _get(door, "/models", token)
    names = [model["name"] for model in listed["models"]]
    models = {name: Model(_get(door, f"/models/{name}", token)) for name in names}
    default = listed["default_model"]
    if default not in models:
        raise CannotAskError(f"GET /models names the default model {shown(default)}, and lists only {names}")
    return Service(token, user, password, default, models, signing)


def recognise(door: Door) -> Reply:
    """The answer of /healthz. Raises CannotAskError when it is not this service's."""
    reply = door(Asked("GET", "/healthz"))
    if 300 <= reply.status < 400 and "location" in reply.headers:
        target = reply.headers["location"].removesuffix("/healthz")
        raise CannotAskError(f"it redirects: GET /healthz answered {reply.status} to {target}; give that URL")
    if reply.status in (429, 502, 503, 504) and "x-request-id" not in reply.headers:
        raise CannotAskError(
            f"no application behind it answers: GET /healthz answered {_summary(reply)}; wait until it runs, "
            "docs/operations.md tells the gateways' own errors"
        )
    if reply.status != 200 or reply.body != b'{"status":"alive"}' or "x-request-id" not in reply.headers:
        raise CannotAskError(
            f"it is another service: GET /healthz answered {_summary(reply)}, where this one says "
            '200 {"status":"alive"}; give the URL that `pulumi stack output url` prints'
        )
    return reply


def _log_in(door: Door, user: str, password: str, sleep: Callable[[float], None]) -> str:
    body = json.dumps({"username": user, "password": password}).encode()
    asked = Asked("POST", "/login", headers={"Content-Type": "application/json"}, body=body)
    for tries_left in reversed(range(LOGIN_TRIES)):
        reply = door(asked)
        wait = float(reply.headers.get("retry-after", "2"))
        if reply.status not in (429, 503) or not tries_left or wait > 10:
            break
        sleep(wait)
    if reply.status == 401:
        raise CannotAskError(
            f"the username {user!r} or the password is wrong (POST /login answered 401); "
            "`pulumi stack output loginCommand` prints the command that reads the password"
        )
    if reply.status == 429:
        wait_text = reply.headers.get("retry-after", "60")
        raise CannotAskError(f"POST /login is throttled after too many tries; try again in {wait_text} s")
    try:
        return str(json.loads(reply.body)["access_token"])
    except (ValueError, KeyError, TypeError):
        raise CannotAskError(
            f"POST /login gave no token: {_summary(reply)}; GET /readyz tells if it is ready"
        ) from None


def _get(door: Door, path: str, token: str) -> Any:
    reply = door(Asked("GET", path, headers={"Authorization": f"Bearer {token}"}))
    try:
        if reply.status != 200:
            raise ValueError
        return json.loads(reply.body)
    except ValueError:
        raise CannotAskError(f"GET {path} answered {_summary(reply)}") from None


def _summary(reply: Reply) -> str:
    by = f" by {reply.headers['server']}" if "server" in reply.headers else ""
    kind = reply.headers.get("content-type", "no Content-Type").partition(";")[0]
    return f"{reply.status} {kind} {shown(reply.body[:80])}{by}"
