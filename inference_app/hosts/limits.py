"""What a host bounds, each number once, the same for both hosts; and what it says when one is passed."""

from __future__ import annotations

import resource

from ..errors import ApiError
from ..serving.limits import MAX_BODY_BYTES

MAX_HEADER_BYTES = 16 * 1024
IDLE_SECONDS = 75  # longer than the balancer's 60, or it meets closed connections
LINGER_SECONDS = 5.0  # how long a refused client may go on sending
# Of a worker, for what is not answered in place; so many requests become one call of an estimator that has
# no prepared form (models/batching.py).
THREADS = 16
# Of one worker: a burst of 2,000 may come to one of them. An idle connection costs it about 10 KB.
MAX_CONNECTIONS = 4096
OTHER_DESCRIPTORS = 128  # files, pipes, connections to AWS
BACKLOG = 4096  # connections that wait to be accepted; the kernel caps it (net.core.somaxconn)

# The deadline of a request that is being received: 5 s from its first byte, and a second more for every
# 16 KiB of its body that came. So a small request has 5 s in all, however its bytes drip, and an upload of
# 4 MiB over the slowest line that we wait for (128 kbit/s) has its four and a half minutes.
RECEIVE_SECONDS = 5.0
SLOWEST_LINE = 16 * 1024  # bytes a second

_SAID = {
    400: ("malformed_request", "The request is not well-formed HTTP"),
    408: (
        "request_too_slow",
        f"A request within {RECEIVE_SECONDS:.0f} s expected, and {SLOWEST_LINE} bytes of its body in each "
        "second after that",
    ),
    413: ("body_too_large", f"A body of at most {MAX_BODY_BYTES} bytes expected"),
    431: ("headers_too_large", f"Headers of at most {MAX_HEADER_BYTES} bytes expected"),
    # 501 by the RFC; by our contract nothing that a client sends is a 5xx
    501: ("unsupported_transfer_encoding", "Only the transfer encoding chunked is supported"),
}


def refusal(status: int, detail: str = "") -> ApiError:
    """What a client is told whose request ends at the host, with HTTP's own `status`."""
    code, message = _SAID.get(status, ("internal_error", "The server failed on this request"))
    return ApiError(400 if status == 501 else status, code, f"{message}: {detail}" if detail else message)


def is_late(seconds: float, received: int) -> bool:
    """Whether a request that began `seconds` ago, of whose body `received` bytes came, has had its time."""
    return seconds > RECEIVE_SECONDS + received / SLOWEST_LINE


def connection_limit() -> int:
    """How many connections a worker takes: as many as descriptors allow, which it raises as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + OTHER_DESCRIPTORS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    elif soft == resource.RLIM_INFINITY:
        soft = wanted
    return max(OTHER_DESCRIPTORS, min(MAX_CONNECTIONS, soft - OTHER_DESCRIPTORS))
