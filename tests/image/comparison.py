"""The table of the contract, asked of the application in this process, against which other doors are held."""

from __future__ import annotations

from collections.abc import Callable

from tests.conformance.asking import Door
from tests.conformance.cases import table
from tests.conformance.runner import Result, compare, run
from tests.conformance.service import learn

from .alike import differences
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
        self._before: list[Result] = []
        self.failures: list[str] = []
        say(f"reference: {sum(result.passed for result in self._reference)} requests answered here")

    def hold(self, name: str, door: Door) -> Compared:
        """How many of the rows another door answers rightly and alike: as the reference but for a last digit,
        exactly as the door that was asked before it."""
        results = run(door, self._rows)
        title = f"a body of {len(self._image.body):,} bytes"
        large = Result(title, door(self._image))
        faults = {result.name: list(result.differences) for result in results if result.failed}
        known = {result.name: result for result in [*self._reference, Result(title, self._image_answer)]}
        for result in [*results, large]:
            if result.reply and (reference := known[result.name].reply):
                faults[result.name] = [*faults.get(result.name, []), *differences(reference, result.reply)]
        for where, lines in compare(self._before, [*results, large]).items():
            faults[where] = [*faults.get(where, []), *lines]
        self._before = [*results, large]
        asked = [result for result in results if result.reply or result.failed]
        compared = Compared(
            len(asked), sum(known[one.name].passed and not faults.get(one.name) for one in asked)
        )
        self._say(f"{name}: {compared}; {large.reply.status if large.reply else 'nothing'} to {title}")
        told = [f"{name}: {where}: {line}" for where, lines in faults.items() for line in lines]
        self.failures += [*told[:SHOWN], *([f"{name}: and {len(told) - SHOWN} more"] if told[SHOWN:] else [])]
        return compared
