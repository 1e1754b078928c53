"""The doors beside a URL: the application in this process, the function through its runtime client."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping

from inference_app.hosts.assembly import assemble
from inference_app.settings import read_settings
from tests.conformance import doors
from tests.conformance.asking import Asked, Door, Reply
from tests.conformance.events import http_v2, reply_of
from tests.conformance.tokens import Signing

from .cloud import Cloud
from .fargate import HostError
from .function import Function


def in_process(environment: Mapping[str, str]) -> Door:
    """The application as the container sees its environment, without a host around it. Raises HostError."""
    application = assemble(read_settings({**os.environ, **environment}))
    if not application.load():
        raise HostError("the application in this process cannot load what the task loads")
    return doors.wsgi(application)


def of_function(function: Function) -> Door:
    """Each request as an event of an HTTP API, as the stack's gateway sends it."""

    def ask(asked: Asked) -> Reply:
        return reply_of(function.invoke(http_v2(asked)))

    return ask


def signing_of(cloud: Cloud) -> Signing:
    """The key that signs, read as nobody outside can: with it come tokens that only the claims make wrong."""
    secret = cloud.aws.call(
        "secretsmanager.get_secret_value", SecretId=cloud.task_environment["SIGNING_KEYS"]
    )
    ring = json.loads(secret["SecretString"])
    return Signing(ring["current"], base64.b64decode(ring["keys"][ring["current"]]))
