"""A request as a case words it, what came back, and a door: whatever turns the one into the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

# What a hop on the way must or may change: framing, its own name, its own marks. The rest is the
# application's.
HOP_HEADERS = {
    *("connection", "content-length", "date", "keep-alive", "server", "transfer-encoding", "via"),
    *("apigw-requestid", "x-amz-apigw-id", "x-amzn-requestid", "x-amzn-trace-id", "x-cache"),
}
HOP_PREFIXES = ("x-amz-cf-", "x-amzn-remapped-")
_SECONDS = re.compile(rb"in \d+ s")
_TOKEN = re.compile(rb'"access_token":"[^"]*"')


@dataclass(frozen=True)
class Asked:
    """One request; `path` is percent-encoded. `chunked`: framed so where the door has a wire."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    chunked: bool = False

    def with_header(self, name: str, value: str) -> Asked:
        """The same request with one more header."""
        return replace(self, headers={**self.headers, name: value})


@dataclass(frozen=True)
class Reply:
    """What came back; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def own(self) -> tuple[int, dict[str, str], bytes]:
        """What every door must give alike: status, the application's own headers and body, but for the
        request id, the value of an access token and the seconds until a throttle ends."""
        headers = {
            k: v for k, v in self.headers.items() if k not in HOP_HEADERS and not k.startswith(HOP_PREFIXES)
        }
        body = self.body
        if request_id := headers.get("x-request-id"):
            headers["x-request-id"] = "<request id>"
            body = body.replace(f'"request_id":"{request_id}"'.encode(), b'"request_id":"<request id>"')
        if self.status == 429:  # the window runs on between two doors
            headers["retry-after"] = "<seconds>"
            body = _SECONDS.sub(b"in <seconds> s", body)
        return self.status, headers, _TOKEN.sub(b'"access_token":"<token>"', body)


Door = Callable[[Asked], Reply]
