"""python -m tests.image.report: measures the image; --write writes the tables of docs/performance.md.

Exit codes as of python -m tests.image. A missed goal is told, and no failure: the machine may be busy.
"""

from __future__ import annotations

import argparse
import os

from . import __main__ as command
from .base_image import ROOT, base_image
from .engine import Engine


def main() -> int:
    """The exit code."""
    parser = command.parser_of("python -m tests.image.report", __doc__ or "")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    return command.guarded(_report, parser.parse_args())


def _report(engine: Engine, options: argparse.Namespace) -> int:
    # Pulumi, moto and the application: not before an engine is there.
    from .cloud import raise_cloud
    from .figures import measure
    from .machine import described
    from .performance_page import PAGE, replaced, report

    name = f"spot-inference-report-{os.getpid()}"
    base = options.base or base_image(engine, command.say)
    engine.build(ROOT / "inference_app", name, {"PYTHON_IMAGE": base})
    command.say(f"built on {base}")
    try:
        cloud = raise_cloud(options.stack, engine.make_network(name))
        figures = measure(engine, name, base, cloud, name, command.say)
        text = report(figures, described(engine, name, base))
    finally:
        engine("rmi", "--force", name)
    print(f"\n{text}\n", flush=True)
    if options.write:
        PAGE.write_text(replaced(PAGE.read_text("utf-8"), text), "utf-8")
        command.say(f"written into {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    command.end(main())
