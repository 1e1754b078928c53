"""A registry on this machine: Debian's docker-registry as a process, or the image registry:2.

Engines take registries on 127.0.0.0/8 without TLS.
"""

from __future__ import annotations

import contextlib
import http.client
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from local_cloud.ports import free_port

from .engine import Engine, EngineError

READY_SECONDS = 20
IMAGE = "registry:2"
CONFIGURATION = """\
version: 0.1
log: {{level: error}}
storage:
  filesystem: {{rootdirectory: {folder}}}
  delete: {{enabled: true}}
http: {{addr: "127.0.0.1:{port}"}}
"""


class NoRegistryError(Exception):
    """No registry can be started here; the message says what to install."""


@contextlib.contextmanager
def local_registry(engine: Engine) -> Iterator[str]:
    """The address of an empty registry, e.g. 127.0.0.1:40123; it is gone afterwards."""
    port = free_port()
    if program := shutil.which("docker-registry"):
        with (
            tempfile.TemporaryDirectory(prefix="registry-") as folder,
            _process(program, Path(folder), port),
        ):
            yield f"127.0.0.1:{port}"
        return
    try:
        container = engine.start(IMAGE, ["--publish", f"127.0.0.1:{port}:5000"])
    except EngineError as error:
        raise NoRegistryError(
            f"docker-registry is not installed (apt-get install docker-registry), and {IMAGE} cannot be "
            f"pulled: {str(error).splitlines()[-1]}"
        ) from None
    try:
        _wait(port)
        yield f"127.0.0.1:{port}"
    finally:
        engine.remove(container)


def push(engine: Engine, image: str, registry: str) -> str:
    """Pushes `image`, forgets the tag and pulls by digest, as ECS and Lambda do; the name by digest."""
    tag = f"{registry}/spot-inference:test"
    engine("tag", image, tag)
    try:
        engine("push", tag, seconds=300)
        digests = engine.inspect(tag)["RepoDigests"]
    finally:
        engine("rmi", tag)
    by_digest = next(name for name in digests if name.startswith(f"{registry}/"))
    engine("pull", by_digest, seconds=300)
    return str(by_digest)


@contextlib.contextmanager
def _process(program: str, folder: Path, port: int) -> Iterator[None]:
    (folder / "data").mkdir()
    configuration = folder / "config.yml"
    configuration.write_text(CONFIGURATION.format(folder=folder / "data", port=port))
    process = subprocess.Popen(
        [program, "serve", str(configuration)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # a Ctrl-C of the terminal is for the test, which ends the registry itself
    )
    try:
        _wait(port)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/v2/")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        if time.monotonic() > until:
            raise NoRegistryError(f"the registry does not answer after {READY_SECONDS} s")
        time.sleep(0.1)
