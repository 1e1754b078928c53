"""The service that the clients ask, on both hosts: the server, and the function behind its HTTP front."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock

from inference_app.hosts.assembly import assemble
from inference_app.hosts.lambda_handler import make_handler
from inference_app.settings import read_settings
from local_cloud.http_front import Api, serve
from tests.app.support.environment import PASSWORD, USER, environment
from tests.app.support.process import ROOT, running
from tests.app.support.published import release_of

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:clients"


class NotStartedError(Exception):
    """The server did not become ready; the message ends with what it logged."""


@contextmanager
def open_hosts(folder: Path) -> Iterator[dict[str, str]]:
    """The committed models behind each host: its URL by its name. Secrets and logs are in `folder`.

    Raises NotStartedError.
    """
    folders = sorted(path.parent for path in (ROOT / "model_artifacts").glob("*/manifest.json"))
    environ = environment(folder, [release_of(one) for one in folders], default="flight_delay")
    log = folder / "server.log"
    with ExitStack() as stack:
        try:
            _, port = stack.enter_context(running(environ, log))
        except AssertionError as error:
            raise NotStartedError(f"{error}\n{log.read_text(errors='replace')[-2000:]}") from None
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        _serve_function(environ, listener)
        yield {
            "server": f"http://127.0.0.1:{port}",
            "function": f"http://127.0.0.1:{listener.getsockname()[1]}",
        }


def token_of(url: str) -> str:
    """A token for the service at `url`."""
    body = json.dumps({"username": USER, "password": PASSWORD}).encode()
    asked = urllib.request.Request(f"{url}/login", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=20) as reply:
        return str(json.load(reply)["access_token"])


def _serve_function(environ: dict[str, str], listener: socket.socket) -> None:
    """Answers on `listener` as an HTTP API before the function's handler would."""
    application = assemble(read_settings(environ))
    application.load()
    handle = make_handler(application)
    one_at_a_time = Lock()  # as an environment of Lambda is used

    def invoke(event: bytes, _: str) -> tuple[bytes, str]:
        with one_at_a_time:
            return json.dumps(handle(json.loads(event), None)).encode(), ""

    serve(listener, Api("clients", "123456789012", "eu-central-1", "$default", {"$default": ARN}), invoke)
