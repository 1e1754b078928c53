"""The function as a process under the Runtime API, with the environment that Lambda has for it."""

import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from subprocess import Popen
from typing import Any

from .aws import Aws
from .lambda_runtime import Invocation, RuntimeApi, error_payload
from .processes import Processes, kill

COMMAND = ["python", "-m", "inference_app"]  # the image's
NAME = "function"
INIT_SECONDS = 60  # AWS allows 10 and starts again without a limit; a slow laptop gets time


class Function:
    """One execution environment of a function; it starts at once, and again when an event finds it ended."""

    def __init__(self, aws: Aws, name: str, processes: Processes, root: Path) -> None:
        self.configuration = aws.call("lambda.get_function_configuration", FunctionName=name)
        self._api = RuntimeApi()
        self._environment = environment(self.configuration, aws, self._api.address)
        image = aws.call("lambda.get_function", FunctionName=name)["Configuration"].get(
            "ImageConfigResponse", {}
        )
        command = image.get("ImageConfig", {}).get("Command") or COMMAND
        self._command = [sys.executable if word == "python" else word for word in command]
        self._processes, self._root = processes, root
        self._process: Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.ensure_running()

    def ensure_running(self) -> None:
        """Starts the process where there is none."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = self._processes.start(NAME, self._command, self._environment, self._root)
                if self._process:
                    threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()

    def invoke(self, event: bytes, arn: str) -> tuple[bytes, str]:
        """The answer to an event, and the type of error or "". Waits its turn, then the time-out at most."""
        seconds = float(self.configuration["Timeout"])
        invocation = Invocation(event, arn, seconds)
        self._api.submit(invocation)
        self.ensure_running()
        if not invocation.taken.wait(INIT_SECONDS):
            self._api.withdraw(invocation)
            return error_payload("Sandbox.Timedout", "the function did not start"), "Sandbox.Timedout"
        if not invocation.done.wait(seconds):
            self._stop()
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            message = f"{stamp} {invocation.id} Task timed out after {seconds:.2f} seconds"
            return error_payload("Sandbox.Timedout", message), "Sandbox.Timedout"
        return invocation.payload, invocation.error

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.poll() is None

    def _stop(self) -> None:
        with self._lock:
            if self._process:
                kill(self._process)

    def _watch(self, process: "Popen[bytes]") -> None:
        status = process.wait()
        self._api.client_gone(f"RequestId: unknown Error: Runtime exited with error: exit status {status}")
        if self._api.busy:
            self.ensure_running()


def environment(configuration: Mapping[str, Any], aws: Aws, runtime_api: str) -> dict[str, str]:
    """The function's own variables, those that Lambda sets itself, and the way to the embedded AWS.

    docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html lists the ones in the middle.
    """
    name = configuration["FunctionName"]
    group = configuration.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}"
    return {
        **configuration.get("Environment", {}).get("Variables", {}),
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": configuration["Version"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration["MemorySize"]),
        "AWS_LAMBDA_LOG_GROUP_NAME": group,
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "TZ": ":UTC",
        **aws.environment(),
    }
