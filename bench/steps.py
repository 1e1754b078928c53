"""Where the time of a prediction goes, without a host: microseconds of each step, in this process.

    python -m bench.steps [--rounds 200]

One row of 37 numbers, a bearer token; processor time, medians and quartiles. On a host each step takes
longer: network, kernel and the other worker take the processor's cache in between.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from inference_app.serving.answer import answer
from inference_app.serving.exchange import Exchange
from inference_app.serving.one_row import predict_row
from inference_app.serving.predicted_body import body_of
from inference_app.serving.quick_json import object_of_one_key
from inference_app.telemetry.logs import start_logging
from inference_app.telemetry.notebook import Notebook
from inference_app.telemetry.pages import Page

from .metrics_cost import micros, prepare, spread


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.steps",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, Path(folder, "log").open("w") as sink:
        start_logging("info", sink)
        steps = steps_in(Path(folder))
        times: dict[str, list[float]] = {name: [] for name in steps}
        for number in range(-2, rounds):  # two to warm up
            for name, step in steps.items():
                taken = micros(step)
                if number >= 0:
                    times[name].append(taken)
    for name, values in times.items():
        print(f"{name:<36}{spread(values):>24} µs")
    return 0


def steps_in(folder: Path) -> dict[str, Callable[[], object]]:
    """The steps by name; those that are parts of another are indented."""
    application, model, request = prepare(folder)
    services = application.services
    notebook = Notebook(Page())
    exchange = Exchange(services, record=notebook.note)
    document = object_of_one_key(request.body)
    found, reply = predict_row(model, document), answer(request, services)
    one = model.one
    assert found is not None
    assert one is not None
    numbers = [0.0] * len(model.manifest.inputs)
    return {
        "the exchange": lambda: exchange(request),
        "  the answer": lambda: answer(request, services),
        "    the token, remembered": lambda: services.tokens.verify(request.headers["authorization"]),
        "    from the body to its numbers": lambda: object_of_one_key(request.body),
        "    from the numbers to a prediction": lambda: predict_row(model, document),
        "      the model's own arithmetic": lambda: one(numbers),
        "    from the prediction to a body": lambda: body_of(model, found),
        "  the log and the metrics": lambda: notebook.note(request, reply, 0.0001),
    }


if __name__ == "__main__":
    raise SystemExit(main())
