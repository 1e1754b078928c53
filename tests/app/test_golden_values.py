"""The golden values of the contract, through every door, from the committed model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference_app.hosts.assembly import assemble
from inference_app.settings import read_settings
from tests.app.support.doors import Asked, Door, alb, function, http_v2, over_socket, rest_v1, wsgi
from tests.app.support.environment import USER, environment
from tests.app.support.process import ROOT, running
from tests.app.support.published import release_of

GOLDEN = {"0": 1009.9768130651476, "3": 1763.0867553206997, "4": 2014.123402739217}
EARLIER_REQUEST = [
    float(1 + i % 4) for i in range(37)
]  # the numbers 1 to 4 over and over, as an earlier client sends


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Door], dict[str, str]]]:
    folder = tmp_path_factory.mktemp("committed")
    releases = [release_of(ROOT / "model_artifacts" / name) for name in ("gpa_to_sat", "flight_delay")]
    environ = environment(folder, releases, default="flight_delay")
    application = assemble(read_settings(environ))
    assert application.load()
    token = {"Authorization": f"Bearer {application.services.tokens.issue(USER)}"}
    with running(environ, Path(folder) / "log") as (_, port):
        yield (
            {
                "wsgi": wsgi(application),
                "rest_v1": function(application, rest_v1),
                "http_v2": function(application, http_v2),
                "alb": function(application, alb),
                "socket": over_socket(port),
            },
            token,
        )


@pytest.mark.parametrize("value", GOLDEN)
def test_golden_values_hold_through_every_door(
    value: str, committed: tuple[dict[str, Door], dict[str, str]]
) -> None:
    doors, token = committed
    for name, ask in doors.items():
        reply = ask(Asked("GET", "/predict", f"input={value}", token))
        assert reply.status == 200, (name, reply.body)
        assert json.loads(reply.body)["prediction"] == pytest.approx([GOLDEN[value]], abs=1e-9, rel=0), name


def test_the_request_that_an_earlier_client_documents_is_answered(
    committed: tuple[dict[str, Door], dict[str, str]],
) -> None:
    doors, token = committed
    for name, ask in doors.items():
        body = json.dumps({"data": EARLIER_REQUEST}).encode()
        reply = ask(
            Asked("POST", "/predict_api", headers={**token, "Content-Type": "application/json"}, body=body)
        )
        assert (name, reply.status) == (name, 200)
        assert json.loads(reply.body) in ("0", "1")
