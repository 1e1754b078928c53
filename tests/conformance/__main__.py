"""`make conformance URL=… USER=… PASSWORD=…`: asks a service every case and prints what it answered.

The password comes from --password or from PASSWORD in the environment, and is never printed. Needs the
standard library only. Exit codes: 0; 1 where a case failed or the service could not be asked; 2 for a wrong
command line; 130 on Ctrl-C.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import ssl
import sys
from collections.abc import Mapping, Sequence

from tests.support.report import Outcome

from .cases import GROUPS
from .report import Printer
from .runner import run
from .service import CannotAskError, learn, recognise
from .url_door import UrlDoor
from .ways import WAYS, way_of

PER_SECOND = 20.0


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Runs the command; the exit code."""
    options = _parser().parse_args(arguments)
    password = options.password or environ.get("PASSWORD", "")
    if not password:
        _parser().error("a password is needed: PASSWORD in the environment, or --password")
    try:
        with UrlDoor(options.url, options.seconds) as door:
            return _ask(door, options, password)
    except KeyboardInterrupt:
        print("conformance: interrupted", file=sys.stderr)
        return 130
    except (OSError, http.client.HTTPException) as error:  # an untrusted certificate is a ValueError, too
        message = _why(error)
    except (CannotAskError, ValueError) as error:
        message = str(error)
    print(f"conformance: cannot ask {options.url}: {message}", file=sys.stderr)
    return 1


def _ask(door: UrlDoor, options: argparse.Namespace, password: str) -> int:
    found = way_of(options.url, recognise(door))
    way = WAYS.get(options.way, found)
    service = learn(door, options.user, password)
    printer = Printer()
    printer.begin(options.url, way, service)
    outcome = Outcome()
    for name in options.only or GROUPS:
        printer.group(name)
        for result in run(door, GROUPS[name](service), way, printer.result, 1 / options.per_second):
            if not result.left_out:
                outcome.add(result.passed)
    printer.end()
    return outcome.close("conformance")


def _why(error: Exception) -> str:
    """What went wrong before the first answer, and the way out."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = getattr(error, "verify_message", error)
        return (
            f"its certificate is not trusted ({why}); give the name that the certificate carries, "
            "or name the authority's file in SSL_CERT_FILE"
        )
    if isinstance(error, ssl.SSLError):
        return f"it does not speak TLS ({error.reason}); give the URL with http://"
    if isinstance(error, socket.gaierror):
        return "there is no host of this name; give the URL that `pulumi stack output url` prints"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there; start it (`make local` serves on port 8080), or correct the port"
    if isinstance(error, TimeoutError):
        return "it does not answer in time; is this machine allowed to reach it?"
    if isinstance(error, OSError) and not isinstance(error, http.client.HTTPException):
        return f"no connection ({error.strerror or error})"
    return f"it does not answer in HTTP ({type(error).__name__}); give the URL with https:// if it speaks TLS"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance",
        description="Asks a service every case of the contract and prints what it answered.",
        epilog="The password is taken from PASSWORD in the environment where --password is not given.",
    )
    parser.add_argument("--url", required=True, help="base URL, like https://models.example.com")
    parser.add_argument("--user", required=True, help="who logs in")
    parser.add_argument("--password", help="better: PASSWORD in the environment")
    parser.add_argument(
        "--only", action="append", choices=list(GROUPS), help="a group of cases; may be repeated"
    )
    parser.add_argument(
        "--way",
        choices=["auto", *WAYS],
        default="auto",
        help="what stands before the application (found out)",
    )
    parser.add_argument(
        "--per-second", type=_positive, default=PER_SECOND, help=f"requests a second at most ({PER_SECOND:g})"
    )
    parser.add_argument("--seconds", type=_positive, default=30.0, help="how long one answer may take (30)")
    return parser


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < 1e6:
        raise ValueError
    return number


if __name__ == "__main__":
    sys.exit(main())
