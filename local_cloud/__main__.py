"""python -m local_cloud: serves a stack of this repository on this machine, without an AWS account.

Exit code 0 when it was stopped or every check held, 1 for a failure, 3 when something must be installed
first; 128 and the signal's number when it was stopped before it was ready.
"""

import argparse
import gc
import os
import signal
import socket
import sys
import threading
import time
import traceback
from importlib.util import find_spec
from pathlib import Path

from .ports import PortInUseError, bind, check_free
from .processes import Processes
from .real_account import forget_the_real_account

ROOT = Path(__file__).resolve().parent.parent
NEEDED = (
    "pulumi",
    "pulumi_aws",
    "boto3",
    "moto",
    "flask",
    "flask_cors",
    "yaml",
    "waitress",
    "awslambdaric",
    "sklearn",
)


BEGAN = time.monotonic()


def main() -> int:
    """Runs the session in a thread, so that a signal is obeyed at once, whatever the session waits for."""
    options = _options()
    if absent := [package for package in NEEDED if find_spec(package) is None]:
        return _fail(f"{', '.join(absent)} not installed; `make local` installs requirements/local.txt", 3)
    stopped, codes = threading.Event(), [0]

    def stop(number: int, _: object) -> None:
        codes[0] = codes[0] if ready.is_set() else 128 + number
        stopped.set()

    ready = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        check_free(options.port)
        listener = bind(options.port + 1)
        listener.listen(128)
    except PortInUseError as error:
        other = 18080 if options.port != 18080 else 28080
        return _fail(f"{error}; take another pair of ports: make local PORT={other}", 1)
    processes = Processes(ROOT / ".cache" / "local" / f"{options.stack}-{options.port}")

    def session() -> None:
        code = _run(options, listener, processes, ready, stopped)
        if not stopped.is_set():
            codes[0] = code
        stopped.set()

    threading.Thread(target=session, name="session", daemon=True).start()
    stopped.wait()
    processes.end()
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of moto and of the SDK may still wait for something; nothing of theirs is to be kept.
    os._exit(codes[0])


def _run(
    options: argparse.Namespace,
    listener: socket.socket,
    processes: Processes,
    ready: threading.Event,
    stopped: threading.Event,
) -> int:
    """The session, and the exit code that it ends with."""
    forget_the_real_account()
    gc.disable()  # until all stands: collecting what the imports make costs a second and frees nothing
    try:
        from . import moto_server

        started = threading.Thread(target=lambda: endpoint.append(moto_server.start()), daemon=True)
        endpoint: list[str] = []
        started.start()
        from .configuration import ConfigurationError
        from .engine import ProgramError
        from .session import Session, SessionError

        started.join()
        if not endpoint:
            return _fail("moto did not start", 1)
        session = Session(ROOT, options.stack, options.port, listener, processes, BEGAN)
        try:
            session.bring_up(endpoint[0])
            ready.set()
            gc.freeze()
            gc.enable()
            print(session.ready_line, flush=True)
            if options.check:
                return 0 if session.check() else 1
            session.stay(stopped)
        except (ConfigurationError, ProgramError, SessionError) as error:
            return 0 if stopped.is_set() else _fail(str(error), 1)
    except Exception:
        if not stopped.is_set():
            traceback.print_exc()
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m local_cloud", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--stack", default="dev", help="the stack to serve: Pulumi.<stack>.yaml (default: dev)"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8080,
        help="port of the task; the function's is the next one (default: 8080)",
    )
    parser.add_argument(
        "--check", action="store_true", help="send one request to every route of every host, and end"
    )
    options = parser.parse_args()
    if not 1 <= options.port <= 65534:
        parser.error("--port must be a number from 1 to 65534")
    return options


def _fail(message: str, code: int) -> int:
    print(f"local: {message}", file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
