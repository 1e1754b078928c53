"""The machine and the versions that a table of figures stands for."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from .environments import OURS, ROOT, requirements_of

SHOWN = ("scikit-learn", "numpy", "flask", "waitress", "granian")
PEERS = {
    "web": ("fastapi", "uvicorn", "granian", "gunicorn", "flask"),
    "litserve": ("litserve",),
    "bentoml": ("bentoml",),
    "mlserver": ("mlserver",),
    "mlflow": ("mlflow",),
}


def describe() -> dict[str, Any]:
    """Processor, cores, memory, kernel, Python, packages and commit."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    pins: dict[str, str] = {}
    for name, packages in PEERS.items():
        found = _pins(requirements_of(name))
        pins |= {f"{package} ({name})" if name == "web" else package: found[package] for package in packages}
    ours = _pins(requirements_of(OURS))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "processor": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "ours": {name: ours[name] for name in SHOWN},
        "peers": pins,
        "commit": commit.stdout.strip() or "none",
    }


def _pins(requirements: Path) -> dict[str, str]:
    lines = requirements.read_text().splitlines()
    return dict(line.split(" ")[0].split("==") for line in lines if "==" in line and line[0] not in " #")
