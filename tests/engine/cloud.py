"""The AWS that the engine talks to: a local address that somebody gave, or a server of the run's own."""

import importlib.metadata
import ipaddress
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from local_cloud.ports import free_port
from tests.engine.processes import Child, start
from tests.engine.workspace import ROOT

START_SECONDS = 30.0


class CloudError(Exception):
    """An address that the run must not use."""


class Cloud:
    """An AWS at `url`; `kind` says whose it is. `close` ends it where this run started it."""

    def __init__(self, url: str, kind: str, child: Child | None = None) -> None:
        self.url, self.kind, self._child = url, kind, child

    @property
    def own(self) -> bool:
        """Whether the server belongs to this run, so that everything in it may be forgotten."""
        return self._child is not None

    def close(self) -> None:
        """Stops the server."""
        if self._child:
            self._child.end()
            self._child = None


def open_cloud(folder: Path) -> Cloud:
    """The AWS of this run; `folder` takes the server's log."""
    given = os.environ.get("AWS_ENDPOINT_URL", "")
    if given:
        return Cloud(local(given), f"given by AWS_ENDPOINT_URL, {given}")
    port = free_port()
    command = [sys.executable, "-m", "tests.engine.moto_server", str(port)]
    kind = f"moto {importlib.metadata.version('moto')}, its gaps closed by tests/engine/moto_server.py"
    with (folder / "moto.log").open("w") as log:
        # A function's image is in the registry, of which moto knows nothing.
        env = {**os.environ, "MOTO_LAMBDA_STUB_ECR": "true"}
        child = start(command, cwd=ROOT, env=env, out=log, err=log, server=True)
    cloud = Cloud(f"http://127.0.0.1:{port}", kind, child)
    _wait(cloud, child, folder / "moto.log")
    return cloud


def local(url: str) -> str:
    """The address without a closing slash; refuses one that is not on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise CloudError(
            f"AWS_ENDPOINT_URL is {url}: make engine makes and destroys whole stacks and uses nothing but an "
            "AWS on this machine (http://127.0.0.1:…); unset it and a server of its own is started"
        )
    return url.rstrip("/")


def _wait(cloud: Cloud, child: Child, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.process.poll() is None:
        try:
            urllib.request.urlopen(cloud.url + "/moto-api/", timeout=1).read()
            return
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            time.sleep(0.1)
    cloud.close()
    raise CloudError(f"{cloud.kind} did not start:\n{log.read_text()[-2000:]}")
