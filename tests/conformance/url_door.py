"""The door of a URL: http.client, one connection kept open, no redirects, no proxy."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterable
from types import TracebackType
from urllib.parse import quote, urlsplit

from .asking import Asked, Reply

CHUNK = 4096


class UrlDoor:
    """Asks the service at `url`, which may end in a path (a stage); `seconds` is how long an answer may take.

    Certificates are verified; SSL_CERT_FILE in the environment names another authority's file. Raises
    ValueError for what is no such URL, OSError and http.client's errors where nothing answers.
    """

    def __init__(self, url: str, seconds: float = 30) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
            raise ValueError(f"{url!r} is no URL like https://models.example.com")
        self.url = url
        self._prefix = parts.path.rstrip("/")
        self._connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context()
            self._connection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=seconds, context=context
            )
        else:
            self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)

    def __call__(self, asked: Asked) -> Reply:
        """What the service answers."""
        kept = self._connection.sock is not None
        try:
            return self._exchange(asked)
        except (ConnectionError, http.client.BadStatusLine):
            self._connection.close()
            if not kept:  # a kept connection may have been closed in the meantime: once more on a new one
                raise
        return self._exchange(asked)

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()

    def __enter__(self) -> UrlDoor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _exchange(self, asked: Asked) -> Reply:
        connection = self._connection
        target = self._prefix + quote(asked.path, safe="/%;") + (f"?{asked.query}" if asked.query else "")
        connection.putrequest(asked.method, target, skip_accept_encoding=True)
        for name, value in asked.headers.items():
            connection.putheader(name, value.encode("latin-1"))
        content: bytes | Iterable[bytes] = asked.body
        if asked.chunked:
            connection.putheader("Transfer-Encoding", "chunked")
            content = [asked.body[at : at + CHUNK] for at in range(0, len(asked.body), CHUNK)]
        elif asked.body or asked.method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(asked.body)))
        try:
            connection.endheaders(content or None, encode_chunked=asked.chunked)
        except (BrokenPipeError, ConnectionResetError):
            if len(asked.body) < CHUNK:
                raise
            # The server refused before it had read all; its answer is waiting to be read.
        response = connection.getresponse()
        body = response.read()
        headers: dict[str, str] = {}
        for key, value in response.getheaders():
            name = key.lower()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return Reply(response.status, headers, body)
