"""A plain HTTP client for one host: what a person would do with curl, and no proxy in between."""

import http.client
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Reply:
    """Status, headers by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, decoded. Raises ValueError."""
        return json.loads(self.body)


def send(
    url: str,
    method: str,
    path: str,
    body: Any = None,
    token: str = "",
    headers: Mapping[str, str] | None = None,
    seconds: float = 30,
) -> Reply:
    """One request; a body that is no bytes goes as JSON. Raises OSError and http.client's errors."""
    given = dict(headers or {})
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        given.setdefault("Content-Type", "application/json")
    if token:
        given["Authorization"] = f"Bearer {token}"
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=seconds)
    try:
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        return Reply(answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def wait_ready(url: str, alive: Callable[[], bool], seconds: float) -> bool:
    """Asks /readyz until it answers 200; False when the process behind it ended or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and alive():
        try:
            if send(url, "GET", "/readyz", seconds=max(1.0, end - time.monotonic())).status == 200:
                return True
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)
    return False


def log_in(url: str, user: str, password: str) -> str:
    """A token. Raises RuntimeError with the answer where there is none."""
    reply = send(url, "POST", "/login", {"username": user, "password": password})
    if reply.status != 200:
        raise RuntimeError(f"POST {url}/login answered {reply.status}: {reply.body.decode(errors='replace')}")
    return str(reply.json()["access_token"])
