"""python -m tests.image: builds the image with a real engine and holds it to the contract.

Exit code 0 when everything held, 1 when something did not, 3 when there is no engine, base image or registry;
128 and the signal's number when it was stopped. Whatever was started is gone afterwards, in every case.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import NoReturn

from local_cloud.real_account import forget_the_real_account

from .base_image import NoBaseImageError
from .engine import Engine, EngineError, NoEngineError
from .registry import NoRegistryError

BEGAN = time.monotonic()
# As in the image: the order in which threads add up shows in an answer's last digits.
NUMERICS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class StoppedError(BaseException):
    """A signal came."""


def main() -> int:
    """The exit code."""
    return guarded(_run, parser_of("python -m tests.image", __doc__ or "").parse_args())


def guarded(run: Callable[[Engine, argparse.Namespace], int], options: argparse.Namespace) -> int:
    """The exit code of `run`, given an engine; what it made there is removed, whatever happens."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    forget_the_real_account()
    os.environ |= NUMERICS
    try:
        engine = Engine()
    except NoEngineError as error:
        return _fail(str(error), 3)
    try:
        return run(engine, options)
    except (NoBaseImageError, NoRegistryError) as error:
        return _fail(str(error), 3)
    except EngineError as error:
        return _fail(str(error), 1)
    except StoppedError as stopped:
        return 128 + int(stopped.args[0])
    except Exception:  # a mistake of ours: all that may help to find it
        traceback.print_exc()
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        engine.clean_up()


def _run(engine: Engine, options: argparse.Namespace) -> int:
    from .session import Session  # Pulumi, moto and the application: not before an engine is there

    say(f"engine: Docker {engine.version}")
    outcome = Session(engine, options.stack, options.base, say).run()
    for line in outcome.failures:
        print(f"image-test: failed: {line}", flush=True)
    print(outcome.closing_line, flush=True)
    return 0 if outcome.holds else 1


def say(line: str) -> None:
    """A line of progress with the seconds since the start."""
    print(f"[{time.monotonic() - BEGAN:5.1f} s] {line}", flush=True)


def parser_of(program: str, description: str) -> argparse.ArgumentParser:
    """The options that every command about the image has."""
    parser = argparse.ArgumentParser(prog=program, description=description.splitlines()[0])
    parser.add_argument(
        "--stack", default="dev", help="the stack whose task and function it runs as (default: dev)"
    )
    parser.add_argument(
        "--base", default="", help="the image to build on (default: the Dockerfile's, or a stand-in)"
    )
    return parser


def _stop(number: int, _: object) -> NoReturn:
    raise StoppedError(number)


def _fail(message: str, code: int) -> int:
    print(f"image-test: {message}", file=sys.stderr, flush=True)
    return code


def end(code: int) -> NoReturn:
    """Ends this process: threads of moto and of the SDK may still wait for something that nobody needs."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    end(main())
