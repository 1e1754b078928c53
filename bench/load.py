"""wrk against one server: requests a second, latencies, errors."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from .environments import MissingError

# wrk prints its own table; what is needed of it is printed again at the end, in microseconds.
SCRIPT = """
wrk.method = "POST"
{headers}
local file = io.open("{body}", "rb")
wrk.body = file:read("*a")
file:close()
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %.1f %.1f %.1f %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), latency.max, e.status,
    e.connect + e.read + e.write + e.timeout))
end
"""
TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Load:
    """What one run of wrk gave. Latencies are milliseconds; `refused` are answers over 399, `lost` requests
    without any: time-outs and broken connections."""

    per_second: float
    p50: float
    p99: float
    longest: float
    refused: int
    lost: int

    def as_json(self) -> dict[str, float]:
        """The figures by name."""
        return {key: round(value, 2) for key, value in asdict(self).items()}


def need_wrk() -> str:
    """The program. Raises MissingError."""
    found = shutil.which("wrk")
    if not found:
        raise MissingError("wrk is not on PATH: apt-get install wrk (https://github.com/wg/wrk)")
    return found


def wrk(url: str, headers: Mapping[str, str], body: bytes, connections: int, seconds: float) -> Load:
    """POSTs `body` over so many connections for so long, from one thread."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        content = Path(folder, "body")
        content.write_bytes(body)
        lines = "\n".join(f"wrk.headers[{json.dumps(k)}] = {json.dumps(v)}" for k, v in headers.items())
        script = Path(folder, "request.lua")
        script.write_text(SCRIPT.format(headers=lines, body=content))
        command = [need_wrk(), "-t1", f"-c{connections}", f"-d{seconds:g}s", f"--timeout={TIMEOUT_SECONDS}s"]
        done = subprocess.run([*command, "-s", str(script), url], capture_output=True, text=True, check=False)
    found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
    if not found:
        raise RuntimeError(f"wrk against {url}: {done.stdout}{done.stderr}")
    total, duration, p50, p99, longest, refused, lost = map(float, found[1].split())
    rate = (total - refused) / (duration / 1e6)
    return Load(rate, p50 / 1000, p99 / 1000, longest / 1000, int(refused), int(lost))
