"""Starts the Lambda runtime's client, once the environment is known to be usable.

The client answers an error at init with a page of warnings and a traceback. A wrong environment is no bug: it
is one line in the log, and the same sentence as the function's init error.
"""

from __future__ import annotations

import os
import sys

from ..errors import SettingsError
from ..settings import read_settings


def run_function(package: str) -> int:
    """Serves invocations until Lambda ends the process. 1 when the environment cannot be used."""
    from awslambdaric.__main__ import main as run_runtime_client
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    try:
        read_settings(os.environ)
    except SettingsError as error:
        print(f"{package} cannot start: {error}", file=sys.stderr)
        reported = {
            "errorMessage": str(error),
            "errorType": "SettingsError",
            "requestId": "",
            "stackTrace": [],
        }
        LambdaRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"], False).post_init_error(reported)
        return 1
    run_runtime_client(["", f"{package}.hosts.lambda_handler.handler"])
    return 0
