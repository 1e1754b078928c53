"""The servers of the comparison: this project's two hosts, its peers, and the bare servers underneath."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .environments import OURS, ROOT, python_of
from .server import Server

SERVERS = Path(__file__).parent / "servers"
CORES = 2


@dataclass(frozen=True)
class Bench:
    """What each server of a comparison is given: a model's folder, the signing key, a folder to write in."""

    model: Path
    key: str
    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        """The environment of a peer."""
        return {"BENCH_MODEL": str(self.model), "BENCH_KEY": self.key, "HOME": str(self.folder)}

    def peer(self, name: str, environment: str, *command: str) -> Server:
        """A peer in an environment of its own."""
        python = str(python_of(environment))
        return Server(name, (python, *command), self.environ, SERVERS)

    def ours(self, host: str, switches: Mapping[str, str], cores: float = CORES) -> Server:
        """This project's application on one of its hosts, as a task of so many vCPU would start it."""
        manifest = json.loads((self.model / "manifest.json").read_text())
        release = {
            "name": manifest["name"],
            "uri": str(self.model),
            "version": manifest["version"],
            "sha256": manifest["sha256"],
            "manifest_sha256": _digest(self.model / "manifest.json"),
        }
        environ = {
            "MODELS": json.dumps([release]),
            "SIGNING_KEYS": str(self.folder / "signing_keys.json"),
            "USERS": str(self.folder / "users.json"),
            "SERVER": host,
            "CPU_UNITS": str(int(1024 * cores)),
            "MEMORY_MIB": "4096",
            **switches,
        }
        note = "".join(f", {key}={value}" for key, value in sorted(switches.items()))
        python = str(python_of(OURS))
        return Server(f"spot-inference, {host}{note}", (python, "-m", "inference_app"), environ, ROOT)


def seed_style(bench: Bench) -> Server:
    """Flask, gunicorn, one synchronous worker."""
    return bench.peer(
        "seed style", "web", "-m", "gunicorn", "--workers=1", "--bind=127.0.0.1:{port}", "seed_style:app"
    )


def fastapi_uvicorn(bench: Bench) -> Server:
    """FastAPI, uvicorn with two workers (uvloop, httptools)."""
    return bench.peer(
        "FastAPI, uvicorn", "web", "-m", "uvicorn", "--workers=2", "--port={port}", "--no-access-log",
        "--log-level=warning", "fastapi_app:app",
    )  # fmt: skip


def fastapi_granian(bench: Bench) -> Server:
    """FastAPI, granian with two workers."""
    return bench.peer(
        "FastAPI, granian", "web", "-m", "granian", "--interface=asgi", "--workers=2", "--port={port}",
        "--log-level=warning", "fastapi_app:app",
    )  # fmt: skip


def litserve(bench: Bench) -> Server:
    """LitServe, batching."""
    return bench.peer("LitServe", "litserve", "litserve_app.py")


def bentoml(bench: Bench) -> Server:
    """BentoML, batching."""
    return bench.peer(
        "BentoML", "bentoml", "-m", "bentoml", "serve", "bentoml_service:Delay", "--port={port}"
    )


def mlserver(bench: Bench) -> Server:
    """MLServer, batching."""
    return bench.peer("MLServer", "mlserver", "mlserver_app.py")


def mlflow(bench: Bench) -> Server:
    """MLflow's scoring server, uvicorn with two workers."""
    return bench.peer(
        "MLflow", "mlflow", "-m", "uvicorn", "--workers=2", "--port={port}", "--no-access-log",
        "--log-level=warning", "mlflow_app:app",
    )  # fmt: skip


PEERS: Mapping[str, Callable[[Bench], Server]] = {
    "seed style": seed_style,
    "FastAPI, uvicorn": fastapi_uvicorn,
    "FastAPI, granian": fastapi_granian,
    "LitServe": litserve,
    "BentoML": bentoml,
    "MLServer": mlserver,
    "MLflow": mlflow,
}


def hello(bench: Bench, host: str) -> Server:
    """The same server and interface with an application that answers "hello": what the host itself costs."""
    return Server(
        f"hello, {host}",
        (str(python_of(OURS)), "-m", "bench.hello", host, "{port}", str(CORES)),
        bench.environ,
        ROOT,
    )


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
