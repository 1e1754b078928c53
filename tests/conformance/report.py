"""The table that a person reads: a line a case, first differences of failures, what was left out."""

from __future__ import annotations

from .runner import Result
from .service import Service
from .ways import SERVER, Way

MOST_DIFFERENCES = 5
LINE = "  {verdict:8} {expected:>8} {seconds:>8}  {name}"


class Printer:
    """Prints as the answers come."""

    def __init__(self) -> None:
        self._left_out: dict[str, list[str]] = {}

    def begin(self, url: str, way: Way, service: Service) -> None:
        """Who is asked, through what, and which models it serves."""
        models = ", ".join(
            f"{model.name} {model.version}{' (default)' if model.name == service.default else ''}"
            for model in service.models.values()
        )
        print(f"{url}: behind {way.name}; logged in as {service.user}; models: {models}")
        if url.startswith("http:") and way is not SERVER:
            print("note: this is plain HTTP: the password travelled readable")
        print(LINE.format(verdict="verdict", expected="expected", seconds="seconds", name="case"), flush=True)

    def group(self, name: str) -> None:
        """The name of a group of cases."""
        print(name, flush=True)

    def result(self, result: Result) -> None:
        """The line of one case."""
        if result.left_out:
            self._left_out.setdefault(result.left_out, []).append(result.name)
        verdict = "left out" if result.left_out else "ok" if result.passed else "FAILED"
        seconds = f"{result.seconds:.3f}" if result.seconds else ""
        print(
            LINE.format(
                verdict=verdict, expected=result.expected or "", seconds=seconds, name=printable(result.name)
            ),
            flush=True,
        )
        for difference in result.differences[:MOST_DIFFERENCES]:
            print(f"{'':12}{printable(difference)}", flush=True)
        if (more := len(result.differences) - MOST_DIFFERENCES) > 0:
            print(f"{'':12}and {more} more", flush=True)

    def end(self) -> None:
        """What was left out, by reason."""
        if self._left_out:
            print(f"left out: {sum(map(len, self._left_out.values()))}")
        for reason, names in self._left_out.items():
            print(f"  {printable(reason)}")
            for name in names:
                print(f"    {printable(name)}")


def printable(text: str) -> str:
    """`text` without what a terminal would act on: it may hold what a stranger's server sent."""
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
