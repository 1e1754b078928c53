"""The machine and the versions behind a measurement, in one sentence."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .engine import Engine

VERSIONS = (
    "import sys, importlib.metadata as m; print(sys.version.split()[0], "
    "*(m.version(name) for name in ('numpy', 'botocore', 'waitress', 'awslambdaric')))"
)


def described(engine: Engine, image: str, base: str) -> str:
    """Processor, memory, kernel, engine; Python and the packages whose imports weigh most."""
    python, numpy, botocore, waitress, client = engine("run", "--rm", image, "python", "-c", VERSIONS).split()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} processors ({_processor()}), {memory:.0f} GiB, "
        f"Linux {os.uname().release.split('-')[0]}, Docker {engine.version}; "
        f"base {base} with Python {python}, numpy {numpy}, botocore {botocore}, waitress {waitress}, "
        f"awslambdaric {client}"
    )


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.+)$", path.read_text() if path.is_file() else "", re.MULTILINE)
    return found[1] if found else os.uname().machine
