"""The table of the contract, asked of the application in this process, against which other doors are held."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.conformance.asking import Door
from tests.conformance.cases import table
from tests.conformance.runner import Result, compare, equal_count, run
from tests.conformance.service import learn

from .cloud import Cloud
from .doors import in_process, signing_of
from .large_body import image_request
from .outcome import Compared

SHOWN = 5  # differences of a door that are told


class Comparison:
    """The reference, which has answered each row once. `failures`: a sentence for what did not hold."""

    def __init__(self, cloud: Cloud, say: Callable[[str], None]) -> None:
        self._say = say
        door = in_process(cloud.task_environment)
        service = learn(door, cloud.user, cloud.password, signing_of(cloud))
        takers = [model.name for model in service.models.values() if model.takes_an_image]
        self._image = image_request(takers[0] if takers else service.default, service.token)
        self._image_answer = door(self._image)
        self._rows = table(service)
        self._reference = run(door, self._rows)
        self.failures: list[str] = []
        say(f"reference: {sum(result.passed for result in self._reference)} requests answered here")

    def hold(self, name: str, door: Door) -> Compared:
        """How many of the rows another door answers rightly and alike."""
        results = run(door, self._rows)
        asked = sum(result.reply is not None or result.failed for result in results)
        compared = Compared(asked, equal_count(self._reference, results))
        self._say(f"{name}: {compared}")
        faults = [f"{result.name}: {line}" for result in results for line in result.differences]
        different = compare(self._reference, results).items()
        faults += [f"{where}: {line}" for where, lines in different for line in lines]
        self.failures += [f"{name}: {fault}" for fault in faults[:SHOWN]]
        self.failures += [f"{name}: {fault}" for fault in self._large_body(name, door)]
        return compared

    def _large_body(self, name: str, door: Door) -> Iterator[str]:
        """The largest picture that may be sent: more than the server keeps in memory."""
        title = f"a body of {len(self._image.body):,} bytes"
        came = door(self._image)
        self._say(f"{name}: {came.status} to {title}")
        found = compare([Result(title, self._image_answer)], [Result(title, came)])
        yield from (f"{title}: {line}" for line in found[title])
