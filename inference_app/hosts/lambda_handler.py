"""The door in a function: events of API Gateway (REST v1, HTTP v2) and of a balancer become WSGI requests.

A function is frozen between invocations, so nothing runs in a thread: models, keys and users are read while
the runtime asks for `handler`, and read again at the start of an invocation when they are stale or were not
there.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from apig_wsgi import make_lambda_handler

from ..errors import ApiError
from ..serving.messages import error_answer, request_id
from ..settings import read_settings
from ..telemetry.logs import start_logging
from .assembly import Application, assemble
from .retrying import wait_seconds
from .slow_start import told_when_slow
from .without_flask import without_flask

log = logging.getLogger("inference.hosts")

_ASCII = bytes(range(128)).decode()

Handler = Callable[[Any, Any], dict[str, Any]]

INIT_SECONDS = 8.0  # Lambda gives an init 10 s
AGAIN_SECONDS = 5.0  # between two tries of what is still missing
PING_SOURCES = ("aws.events", "aws.scheduler")


def make_handler(application: Application) -> Handler:
    """The handler for `application`, which is loaded already as far as it could be."""
    serve: Handler = make_lambda_handler(
        without_flask(application.exchange, application.settings.trusted_proxy_hops), binary_support=True
    )
    next_try = 0.0

    def handle(event: Any, context: Any) -> dict[str, Any]:
        nonlocal next_try
        if is_ping(event):
            return {"statusCode": 204}
        if not application.services.loaded and application.clock() >= next_try:
            application.load()
            next_try = application.clock() + AGAIN_SECONDS
        elif application.stale:
            application.refresh()
        try:
            checked = _checked(event)
        except ValueError as error:
            refusal = ApiError(400, "malformed_request", f"The event is no HTTP request: {error}")
            answer = error_answer(refusal, request_id(None))
            return {
                "statusCode": answer.status,
                "headers": dict(answer.headers),
                "body": answer.body.decode(),
                "isBase64Encoded": False,
            }
        return serve(checked, context)

    return handle


def is_ping(event: Any) -> bool:
    """Whether `event` is the schedule that keeps the function warm (EventBridge rule or scheduler)."""
    return (
        isinstance(event, dict)
        and event.get("detail-type") == "Scheduled Event"
        and event.get("source") in PING_SOURCES
    )


def load_at_init(application: Application, seconds: float = INIT_SECONDS) -> None:
    """Loads with retries for up to `seconds`. What is missing then is tried again by invocations; until it is
    there they are answered with 503, like in a task."""
    until = application.clock() + seconds
    attempt = 0
    with told_when_slow(application.missing):
        while not application.load():
            wait = wait_seconds(attempt)
            attempt += 1
            if application.clock() + wait >= until:
                what = ", ".join(application.missing())
                log.error("not ready at the end of init, invocations try again: waiting for %s", what)
                return
            time.sleep(wait)


def _checked(event: Any) -> dict[str, Any]:
    """`event` with what apig-wsgi takes for granted. Raises ValueError when it is no HTTP request."""
    if not isinstance(event, dict):
        raise ValueError("an object expected")
    checked: dict[str, Any] = {"rawQueryString": "", **event}
    context = event.get("requestContext")
    if event.get("version") == "2.0":
        http = context.get("http") if isinstance(context, dict) else None
        needed = {
            "rawPath": event.get("rawPath"),
            "requestContext.http": isinstance(http, dict)
            and {"method", "sourceIp", "protocol"} <= http.keys(),
        }
    else:
        needed = {key: event.get(key) for key in ("path", "httpMethod")}
    for key, value in needed.items():
        if not value:
            raise ValueError(f"{key} is missing")
    checked["headers"] = event.get("headers") or {}
    for key in ("path", "rawPath", "rawQueryString"):  # WSGI has bytes there; gateways decode some of them
        if key in checked:
            checked[key] = quote(str(checked[key]), safe=_ASCII, errors="replace")
    if event.get("isBase64Encoded"):
        try:
            base64.b64decode(event.get("body") or "", validate=True)
        except (binascii.Error, ValueError, TypeError):
            raise ValueError("the body is not base64") from None
    else:
        str(event.get("body") or "").encode()  # half a surrogate pair raises UnicodeEncodeError, a ValueError
    return checked


def _build() -> Handler:
    settings = read_settings(os.environ)
    start_logging(settings.log_level)
    application = assemble(settings)
    load_at_init(application)
    return make_handler(application)


def __getattr__(name: str) -> Handler:
    """`handler`, made when the runtime first asks for it: its init errors then reach Lambda, and importing
    this module (as the tests do) reads nothing."""
    if name != "handler":
        raise AttributeError(name)
    handler = globals()["handler"] = _build()
    return handler
