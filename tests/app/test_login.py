"""/login: a constant answer for a wrong pair, a throttle by user and address, one hash at a time."""

from __future__ import annotations

import dataclasses
import json
import time
from typing import Any

import pytest
from werkzeug.security import check_password_hash, generate_password_hash

from inference_app.auth import users as users_module
from inference_app.auth.throttle import (
    ADDRESS_FAILURES,
    PAIR_FAILURES,
    WINDOW_SECONDS,
    HashingSlot,
    LoginThrottle,
)
from inference_app.auth.users import NOBODY, password_is_right, read_users
from inference_app.errors import ApiError, RefusedError
from inference_app.hosts.assembly import Application
from inference_app.serving.answer import answer
from inference_app.serving.messages import Answer, Request
from inference_app.serving.services import Services
from tests.app.support.clock import Clock
from tests.app.support.environment import PASSWORD, USER, scrypt


@pytest.fixture
def services(application: Application, clock: Clock) -> Services:
    return dataclasses.replace(application.services, throttle=LoginThrottle(clock), hashing=HashingSlot())


def login(
    services: Services, password: Any = PASSWORD, user: Any = USER, client: str = "192.0.2.1", **more: Any
) -> Answer:
    body = json.dumps({"username": user, "password": password, **more}).encode()
    return answer(
        Request("POST", "/login", "", {"content-type": "application/json"}, body, client, "id-000001"),
        services,
    )


def test_the_right_pair_gets_a_token_that_is_not_stored_by_anyone(services: Services) -> None:
    reply = login(services)
    document = json.loads(reply.body)
    assert (reply.status, document["token_type"], document["expires_in"]) == (200, "Bearer", 3600)
    assert services.tokens.verify(f"Bearer {document['access_token']}") == USER
    assert reply.header("Cache-Control") == "no-store"


def test_an_unknown_user_and_a_wrong_password_get_the_same_answer(services: Services) -> None:
    assert login(services, "no").body == login(services, "no", "nobody").body
    assert login(services, "no").status == 401
    assert login(services, "no").header("WWW-Authenticate") == "Bearer"


def test_an_unknown_user_costs_a_hash_too(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def check(stored: str, _: str) -> bool:
        hashed.append(stored)
        return False

    monkeypatch.setattr(users_module, "check_password_hash", check)
    password_is_right({USER: "stored"}, USER, "a")
    password_is_right({USER: "stored"}, "nobody", "a")
    assert hashed == ["stored", NOBODY]
    assert not check_password_hash(NOBODY, "")


def test_a_hash_of_the_program_and_of_werkzeug_are_both_accepted() -> None:
    stored = {"a": generate_password_hash("pass", "scrypt"), "b": scrypt("pass")}
    users = read_users(json.dumps(stored).encode())
    assert password_is_right(users, "a", "pass")
    assert password_is_right(users, "b", "pass")
    assert not password_is_right(users, "b", "Pass")


@pytest.mark.parametrize(
    "stored",
    [
        "plain",
        "scrypt:1048576:8:1$saltsalt$" + "0" * 128,
        "pbkdf2:sha256:1$saltsalt$00",
        7654321,
        scrypt("a")[:-1],
    ],
)
def test_another_hash_is_refused_without_being_shown(stored: Any) -> None:
    with pytest.raises(RefusedError, match="the hash of 'demo'") as error:
        read_users(json.dumps({"demo": stored}).encode())
    assert str(stored) not in str(error.value)


@pytest.mark.parametrize(
    ("user", "password", "more"),
    [
        (7, "a", {}), (None, "a", {}), ("a", ["a"], {}), ("a", True, {}), ("", "a", {}), ("a", "", {}),
        ("a" * 129, "a", {}), ("a", "a" * 257, {}), ("a", "\ud800", {}), ("a", "a", {"otp": "1"}),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_refused_before_anything_is_hashed(
    user: Any, password: Any, more: dict[str, Any], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users_module, "check_password_hash", pytest.fail)
    assert login(services, password, user, **more).status == 400


def test_after_five_failures_a_pair_waits_until_its_minute_is_over(services: Services, clock: Clock) -> None:
    assert [login(services, "no").status for _ in range(PAIR_FAILURES)] == [401] * PAIR_FAILURES
    clock.now += 20.5
    reply = login(services)
    assert (reply.status, json.loads(reply.body)["code"], reply.header("Retry-After")) == (
        429,
        "throttled",
        "40",
    )
    assert login(services, client="192.0.2.2").status == 200  # the same user from elsewhere
    clock.now += WINDOW_SECONDS - 20.5
    assert login(services).status == 200


def test_a_success_forgets_the_pairs_failures(services: Services) -> None:
    for _ in range(3):
        assert [login(services, "no").status for _ in range(PAIR_FAILURES - 1)] == [401] * 4
        assert login(services).status == 200


def test_an_address_that_tries_many_users_waits(clock: Clock) -> None:
    throttle = LoginThrottle(clock)
    for number in range(ADDRESS_FAILURES):
        throttle.check(f"user{number}", "192.0.2.1")
        throttle.failed(f"user{number}", "192.0.2.1")
    with pytest.raises(ApiError) as refused:
        throttle.check("another", "192.0.2.1")
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "60"})
    throttle.check("another", "192.0.2.2")


def test_the_table_is_bounded_and_keeps_who_is_still_trying(clock: Clock) -> None:
    throttle = LoginThrottle(clock, max_entries=50)
    for number in range(PAIR_FAILURES):
        throttle.failed("victim", "192.0.2.1")
        for other in range(10):
            throttle.failed(f"u{number}-{other}", f"10.0.{number}.{other}")
    assert len(throttle._failures) == 50
    with pytest.raises(ApiError):
        throttle.check("victim", "192.0.2.1")


def test_whoever_finds_the_hashing_slot_taken_is_sent_away_at_once(services: Services) -> None:
    started = time.perf_counter()
    with services.hashing.taken():
        reply = login(services)
    assert (reply.status, json.loads(reply.body)["code"], reply.header("Retry-After")) == (429, "busy", "1")
    assert time.perf_counter() - started < 0.5
    assert login(services).status == 200


def test_no_answer_repeats_a_password(services: Services) -> None:
    for reply in (
        login(services, "hunter22" * 40),
        login(services, "hunter22"),
        login(services, ["hunter22"]),
    ):
        assert b"hunter22" not in reply.body
