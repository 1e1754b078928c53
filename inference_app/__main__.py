"""Starts the application: the Lambda runtime's client under AWS_LAMBDA_RUNTIME_API, else a server."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """The exit code: 0 after a drain, 1 when it cannot start (one line says why), 130 after SIGINT."""
    if os.environ.get("AWS_LAMBDA_RUNTIME_API"):
        from .hosts.lambda_start import run_function

        return run_function(__package__)
    from .errors import SettingsError
    from .hosts.server import PortInUseError, run_server
    from .settings import read_settings
    from .telemetry.logs import start_logging

    try:
        settings = read_settings(os.environ)
        start_logging(settings.log_level)
        return run_server(settings)
    except (SettingsError, PortInUseError) as error:
        print(f"{__package__} cannot start: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
