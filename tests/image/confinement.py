"""What a process in the container may not do: asked from inside, with the rights that the application has."""

from __future__ import annotations

import json

from .engine import Engine
from .fargate import HostError, Task

LOOK = """
import json, os, pathlib
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
def writable(folder):
    try:
        path = pathlib.Path(folder, "written")
        path.touch()
        path.unlink()
    except OSError:
        return False
    return True
print(json.dumps({
    "user": os.getuid(),
    "capabilities": int(status["CapBnd"], 16),
    "writable": [folder for folder in ("/", "/app", "/app/inference_app", "/usr", "/etc", "/tmp", "/var/tmp")
                 if writable(folder)],
}))
"""
EXPECTED = {"user": 10001, "capabilities": 0, "writable": ["/tmp"]}


def check_confinement(engine: Engine, running: Task) -> None:
    """Raises HostError when the application could do more than it needs."""
    found = json.loads(engine("exec", running.container, "python", "-c", LOOK))
    if found != EXPECTED:
        raise HostError(f"the container: {EXPECTED} expected, {found} found")
