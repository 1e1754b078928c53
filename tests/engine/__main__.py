"""`make engine`: the whole life of the program under the Pulumi CLI found on PATH; see docs/engine.md.

Ends in `engine: N passed, M failed`. Exit codes: 0; 1 where a step was not as promised; 3 where the CLI, a
plugin or a server is missing. Arguments are names of parts; without any, all are run.
"""

import argparse
import signal
import sys
from pathlib import Path

from botocore.exceptions import ClientError

from tests.engine.cli import CommandError
from tests.engine.cloud import CloudError
from tests.engine.parts import ON_REQUEST, PARTS
from tests.engine.session import open_session
from tests.engine.tools import MissingError


def main() -> int:
    """Runs the chosen parts and prints the table."""
    parts = PARTS | ON_REQUEST
    parser = argparse.ArgumentParser(prog="python -m tests.engine", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join(parts)}; without any all but quick"
    )
    parser.add_argument(
        "--plugins", default="", metavar="FOLDER", help="put first on PATH, separated as there"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures are written")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leaves clones, state and logs there")
    options = parser.parse_args()
    unknown = set(options.parts) - parts.keys()
    if unknown:
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    chosen = [name for name in parts if name in options.parts] or list(PARTS)
    # Both clear away the folder, the server and whatever runs; a shell's background job ignores the first
    # unless it is told.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with open_session(options.plugins, options.keep) as session:
            for name in chosen:
                try:
                    parts[name](session)
                except (CommandError, ClientError) as error:
                    session.table.add(name, "could not go on", None, [str(error)])
            return session.table.close(options.json)
    except (MissingError, CloudError) as error:
        print(f"engine: not run: {error}")
        return 3
    except KeyboardInterrupt:
        print("\nengine: interrupted; its processes, its server and its folder are gone")
        return 130


if __name__ == "__main__":
    sys.exit(main())
