"""The runner: what it takes for a failure, what it leaves out, when it gives up."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable

import pytest

from inference_app.hosts.assembly import assemble
from inference_app.settings import read_settings
from tests.app.support.environment import PASSWORD, USER

from .asking import Asked, Door, Reply
from .bodies import Error, Json
from .case import Case, LeftOut, get, refused
from .cases import GROUPS, table
from .doors import wsgi
from .runner import Result, compare, equal_count, run
from .served import House
from .service import CannotAskError, Model, Service, learn, recognise
from .tokens import encode
from .ways import API_GATEWAY, BALANCER, SERVER, Feature, way_of

ALIVE = Case("lives", get("/healthz"), 200, Json({"status": "alive"}))
NO_HOP = {"x-request-id": "conformance-0000", "content-type": "application/json"}
STANDARD = {"cache-control": "no-store", "x-content-type-options": "nosniff", **NO_HOP}
THROTTLED = Reply(429, {"apigw-requestid": "a="}, b'{"message":"Too Many Requests"}')
ALIVE_REPLY = Reply(200, STANDARD, b'{"status":"alive"}')


def answering(*replies: Reply | Exception) -> Door:
    """A door that gives these in turn, the last of them for ever."""
    left = list(replies)

    def ask(_: Asked) -> Reply:
        reply = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(reply, Exception):
            raise reply
        return reply

    return ask


def one(door: Door, case: Case | LeftOut = ALIVE, **more: object) -> Result:
    (result,) = run(door, [case], **more)  # type: ignore[arg-type]
    return result


@pytest.fixture(scope="module")
def intact(project: House) -> Door:
    """The WSGI application."""
    application = assemble(read_settings(project.environ))
    assert application.load()
    return wsgi(application)


def broken(door: Door, change: Callable[[Asked, Reply], Reply]) -> Door:
    """`door` with its answers changed."""
    return lambda asked: change(asked, door(asked))


def failures(door: Door, group: str) -> dict[str, tuple[str, ...]]:
    service = learn(door, USER, PASSWORD)
    return {result.name: result.differences for result in run(door, GROUPS[group](service)) if result.failed}


def without(name: str) -> Callable[[Asked, Reply], Reply]:
    return lambda _, reply: dataclasses.replace(
        reply, headers={key: value for key, value in reply.headers.items() if key != name}
    )


def test_a_wrong_status_is_one_line_with_what_came(intact: Door) -> None:
    def change(asked: Asked, reply: Reply) -> Reply:
        return dataclasses.replace(reply, status=500) if asked.path == "/nope" else reply

    found = failures(broken(intact, change), "errors")
    assert len(found) >= 4
    assert all(path.split()[1].startswith("/nope") for path in found)
    (line,) = found["GET /nope: nothing there"]
    assert line.startswith('status: 404 expected, 500 came ("{\\"error\\":\\"There is nothing at this path')


@pytest.mark.parametrize(
    ("header", "group", "name", "line"),
    [
        ("www-authenticate", "authorization", "GET /models: no token", '"Bearer" expected, none came'),
        ("allow", "errors", "DELETE /predict: another method", '"GET, HEAD, POST" expected, none came'),
        ("cache-control", "models", "GET /models: all", '"no-store" expected, none came'),
        ("x-request-id", "describe", "GET /healthz: lives", "one expected, none came"),
        ("content-type", "describe", "GET /readyz: is ready", '"application/json" expected, none came'),
        ("retry-after", "login", "POST /login: after 5 failures", "expected, none came"),
    ],
)
def test_a_missing_header_is_named(header: str, group: str, name: str, line: str, intact: Door) -> None:
    remove = without(header)
    # Recognising the service looks at X-Request-Id, too.
    learnt = learn(intact, USER, PASSWORD)
    results = {result.name: result for result in run(broken(intact, remove), GROUPS[group](learnt))}
    (difference,) = results[name].differences
    assert difference.startswith(f"header {header}: ")
    assert difference.endswith(line)


def test_a_header_where_none_belongs_is_named(intact: Door) -> None:
    def add(_: Asked, reply: Reply) -> Reply:
        return dataclasses.replace(reply, headers={**reply.headers, "x-model": "a;1;0"})

    found = failures(broken(intact, add), "describe")
    assert found["GET /healthz: lives"] == ('header x-model: none expected, "a;1;0" came',)


def test_a_changed_prediction_is_shown_with_its_place(intact: Door) -> None:
    def shift(asked: Asked, reply: Reply) -> Reply:
        if asked.path != "/predict" or b"probability" not in reply.body:
            return reply
        document = json.loads(reply.body)
        document["probability"][0][0] += 1e-5
        return dataclasses.replace(reply, body=json.dumps(document).encode())

    found = failures(broken(intact, shift), "predict")
    (line,) = found["POST /predict: data"]
    assert re.fullmatch(r"body\.probability\[0\]\[0\]: [0-9.]+ ± 1e-06 expected, [0-9.]+ came", line)


def test_an_error_that_does_not_say_what_came_is_a_failure(intact: Door) -> None:
    def mute(_: Asked, reply: Reply) -> Reply:
        if reply.status != 400:
            return reply
        document = {**json.loads(reply.body), "error": "Bad request"}
        return dataclasses.replace(reply, body=json.dumps(document).encode())

    found = failures(broken(intact, mute), "bad rows")
    assert any("a sentence that says" in line for lines in found.values() for line in lines)


def test_a_case_without_an_answer_fails_and_says_why() -> None:
    result = one(answering(ConnectionResetError("gone")))
    assert (result.passed, result.failed) == (False, True)
    assert result.differences == ("an answer expected, none came: ConnectionResetError gone",)


def test_it_gives_up_on_a_service_that_went_away() -> None:
    with pytest.raises(CannotAskError, match="5 requests in a row had no answer") as error:
        run(answering(OSError("gone")), [ALIVE] * 6)
    assert "gone" in str(error.value)
    silent = answering(OSError("gone"), OSError("gone"), OSError("gone"), OSError("gone"), ALIVE_REPLY)
    assert len(run(silent, [dataclasses.replace(ALIVE, request_id=None)] * 6)) == 6


def test_what_a_way_does_not_pass_is_not_asked_and_says_why() -> None:
    case = dataclasses.replace(ALIVE, needs=frozenset({Feature.GET_BODY}))
    result = one(answering(OSError("asked")), case, way=API_GATEWAY)
    assert (result.passed, result.failed) == (False, False)
    assert result.left_out == "API Gateway may drop or refuse the body of a GET"


def test_what_a_hop_answers_by_itself_to_an_odd_request_is_left_out_and_named() -> None:
    own = Reply(413, {"server": "awselb/2.0"}, b"<html>")
    odd = dataclasses.replace(ALIVE, needs=frozenset({Feature.LARGE_BODY}))
    result = one(answering(own), odd, way=BALANCER)
    assert result.left_out == "a load balancer answered 413 by itself to a body over 1 MB"
    assert one(answering(own), ALIVE, way=BALANCER).failed


def test_a_throttling_gateway_is_asked_again_later_and_the_application_is_not() -> None:
    waited: list[float] = []
    result = one(answering(THROTTLED, THROTTLED, ALIVE_REPLY), way=API_GATEWAY, sleep=waited.append)
    assert result.passed
    assert waited == [1.0, 2.0]
    ours = Reply(429, {**STANDARD, "retry-after": "60"}, b"{}")
    assert one(answering(ours, ALIVE_REPLY), way=API_GATEWAY, sleep=waited.append).failed
    assert waited == [1.0, 2.0]


def test_a_pause_keeps_the_requests_apart() -> None:
    waited: list[float] = []
    run(answering(ALIVE_REPLY), [ALIVE, LeftOut("a", "b"), ALIVE], pause=0.5, sleep=waited.append)
    assert [0.3 < seconds <= 0.5 for seconds in waited] == [True, True]


def test_a_case_with_a_twin_must_be_answered_like_it() -> None:
    case = dataclasses.replace(ALIVE, twin=get("/alive"), request_id=None)
    assert one(answering(ALIVE_REPLY), case).passed
    other = dataclasses.replace(ALIVE_REPLY, headers={**STANDARD, "etag": '"1"'})
    (line,) = one(answering(other, ALIVE_REPLY), case).differences
    assert line == 'unlike its twin: header etag: "\\"1\\"" expected, none came'


def test_api_gateways_name_for_the_challenge_is_known() -> None:
    case = refused("no token", get("/models"), 401, "unauthorized")
    body = b'{"error":"a","code":"unauthorized","request_id":"conformance-0000"}'
    remapped = {**STANDARD, "x-amzn-remapped-www-authenticate": "Bearer"}
    assert one(answering(Reply(401, remapped, body)), case).passed
    assert one(answering(Reply(401, STANDARD, body)), case).failed


def test_an_error_carries_the_id_of_its_header() -> None:
    case = Case("lost", get("/nope"), 404, Error("not_found"))
    body = b'{"error":"a","code":"not_found","request_id":"another-one"}'
    result = one(answering(Reply(404, STANDARD, body)), case)
    assert result.differences == ('body.request_id: "conformance-0000" expected, "another-one" came',)


def test_equal_answers_are_counted_and_others_shown() -> None:
    first = [
        Result("a", Reply(200, {"x-request-id": "1"}, b'{"v":1,"request_id":"1"}')),
        Result("b", ALIVE_REPLY),
    ]
    same = Reply(200, {"x-request-id": "2", "date": "now", "via": "1.1 a"}, b'{"v":1,"request_id":"2"}')
    other = Reply(200, {**STANDARD, "x-model": "m"}, b'{"status":"dead"}')
    second = [Result("a", same), Result("b", other), Result("c", other), Result("d", left_out="why")]
    assert compare(first, second) == {
        "a": [],
        "b": ['header x-model: none expected, "m" came', 'body.status: "alive" expected, "dead" came'],
    }
    assert equal_count(first, second) == 1
    assert equal_count(first, [Result("a", same, ("status: …",))]) == 0


def test_bodies_that_mean_the_same_are_still_not_equal() -> None:
    first, second = Result("a", Reply(200, {}, b'{"v":1}')), Result("a", Reply(200, {}, b'{"v": 1}'))
    assert compare([first], [second]) == {"a": ['body, byte 5: "1}" expected, " 1}" came']}


@pytest.mark.parametrize(
    ("url", "headers", "expected"),
    [
        ("https://abc.execute-api.eu-central-1.amazonaws.com", {}, API_GATEWAY),
        ("https://models.example.com", {"apigw-requestid": "a="}, API_GATEWAY),
        ("https://models.example.com", {}, BALANCER),
        ("http://lb-1.eu-central-1.elb.amazonaws.com", {}, BALANCER),
        ("http://127.0.0.1:8080", {}, SERVER),
        ("http://[::1]:8080", {}, SERVER),
        ("http://localhost", {}, SERVER),
    ],
)
def test_the_way_is_found_out(url: str, headers: dict[str, str], expected: object) -> None:
    assert way_of(url, Reply(200, headers, b"")) is expected


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(404, {"server": "SimpleHTTP/0.6", "content-type": "text/html"}, b"<!DOCTYPE"), "SimpleHTTP"),
        (Reply(200, {"content-type": "application/json"}, b'{"status":"alive"}'), "another service"),
        (Reply(200, NO_HOP, b'{"status":"ok"}'), "another service"),
        (Reply(301, {"location": "https://a.example/healthz"}, b""), "to https://a.example; give that URL"),
        (Reply(503, {"content-type": "text/html"}, b"<html>"), "no application behind it answers"),
    ],
)
def test_another_service_is_told_by_what_it_answers(reply: Reply, words: str) -> None:
    with pytest.raises(CannotAskError) as error:
        recognise(answering(reply))
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_every_title_stands_once(served: House) -> None:
    names = [row.title if isinstance(row, Case) else row.name for row in table(served.service())]
    assert len(names) == len(set(names))


def test_rows_that_are_large_are_left_out_by_name_and_few_examples_stay_below_the_limit() -> None:
    def image(side: int) -> Model:
        pixels = [[[0.123] * 3] * side] * side
        example = {"instance": pixels, "prediction": 1, "probability": [0.5, 0.5]}
        item = {"name": "photo", "kind": "image", "width": side, "height": side, "mode": "RGB", "scale": 1}
        described = {"name": f"side{side}", "version": "1", "sha256": "0" * 64, "inputs": [item]}
        output = {"name": "animal", "kind": "class", "classes": [0, 1]}
        return Model({**described, "output": output, "examples": [example] * 20})

    small, large = image(32), image(224)
    assert len(small.examples) == 11  # 256 KiB of them
    token = encode({"alg": "HS256", "kid": "k"}, {"exp": 2, "iat": 1}, b"k")
    service = Service(token, USER, PASSWORD, "side224", {"side32": small, "side224": large})
    rows = table(service)
    assert LeftOut("rows and tensors for side224", "a row of it is over 262144 bytes of JSON") in rows
    cases = [row for row in rows if isinstance(row, Case)]
    heavy = [case for case in cases if len(case.asked.body) > 2**20 and case.status == 200]
    assert heavy == []
    assert "/models/side224/predict" in {case.asked.path for case in cases if case.status == 200}
