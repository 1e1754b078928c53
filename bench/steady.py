"""An open loop: so many requests a second, whatever the server makes of them.

A closed loop (wrk) sends the next request when it has the answer, and so asks a slow server less often. Here
each request has its time, and its latency counts from there, however long it had to wait for a connection.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Mapping

from .load import TIMEOUT_SECONDS, Load
from .server import Ask

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def steady(
    port: int, ask: Ask, headers: Mapping[str, str], rate: int, connections: int, seconds: float
) -> Load:
    """POSTs `rate` requests a second for so long, over at most so many connections."""
    return asyncio.run(_steady(port, _bytes(ask, headers), rate, connections, seconds))


def _bytes(ask: Ask, headers: Mapping[str, str]) -> bytes:
    fields = {**headers, "Host": "127.0.0.1", "Content-Length": str(len(ask.body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {ask.path} HTTP/1.1\r\n{lines}\r\n".encode() + ask.body


async def _steady(port: int, request: bytes, rate: int, connections: int, seconds: float) -> Load:
    free: asyncio.LifoQueue[Connection | None] = asyncio.LifoQueue()
    for _ in range(connections):
        free.put_nowait(None)  # opened when it is first needed
    took: list[float] = []
    refused = lost = 0

    async def one(due: float) -> None:
        nonlocal refused, lost
        connection = None
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                connection = await free.get() or await asyncio.open_connection("127.0.0.1", port)
                status, stays = await _asked(connection, request)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            lost += 1
            stays = False
        else:
            took.append(time.perf_counter() - due)
            refused += status > 399
        if not stays and connection is not None:
            connection[1].close()
        free.put_nowait(connection if stays else None)

    began = time.perf_counter() + 0.1
    asked = set()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        asked.add(asyncio.create_task(one(due)))
    await asyncio.gather(*asked)
    lasted = time.perf_counter() - began
    cuts = statistics.quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    good = len(took) - refused
    return Load(good / lasted, 1000 * cuts[49], 1000 * cuts[98], 1000 * max(took, default=0.0), refused, lost)


async def _asked(connection: Connection, request: bytes) -> tuple[int, bool]:
    """The status, and whether the connection stays open."""
    reader, writer = connection
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length: ")[2].split(b"\r", 1)[0])
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1]), b"connection: close" not in head
