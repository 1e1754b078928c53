"""Runs the unmodified program of a folder against the embedded AWS, as `pulumi up` would against AWS."""

import os
import runpy
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import pulumi

from .aws import Aws
from .configuration import Configuration
from .provision import Provisioner
from .recording import Graph, RecordingMonitor, Resource, run


class ProgramError(Exception):
    """The program, or a resource of it, was refused; the message is what Pulumi would show."""


def run_program(
    root: Path,
    configuration: Configuration,
    aws: Aws,
    made: Callable[[Resource], None] = lambda _: None,
    first: threading.Event | None = None,
) -> Graph:
    """Runs `root`/__main__.py to its end. `made` hears of each resource, from the SDK's threads.

    Networks wait for `first`, see Provisioner.

    Raises ProgramError for what the program or AWS refused; what is a mistake in the program's code is raised
    as it is.
    """
    os.chdir(root)  # the CLI runs a program in its folder
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    provisioner = Provisioner(aws, made, first)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return run(
                lambda: runpy.run_path(str(root / "__main__.py"), run_name="__main__"),
                RecordingMonitor(provisioner.provision, provisioner.look_up),
                project=configuration.project,
                stack=configuration.stack,
                config=dict(configuration.values),
            )
        except pulumi.RunError as error:
            raise ProgramError(str(error)) from error
        except Exception as error:
            # The SDK wraps a resource's error in those of all that waited for it.
            if provisioner.errors:
                raise ProgramError(str(provisioner.errors[0])) from error
            raise
