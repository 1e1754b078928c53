"""POST /login: a token for the right pair; one answer for whatever is wrong with a pair; a throttle."""

from __future__ import annotations

from collections.abc import Iterator

from ..asking import Asked
from ..bodies import Error, Json
from ..case import Case, LeftOut, post, refused
from ..expect import A, Text
from ..service import Service
from ..ways import Feature

TOKEN = Json({"access_token": Text(r"[\w-]+\.[\w-]+\.[\w-]+"), "token_type": "Bearer", "expires_in": A(int)})
PAIR_FAILURES = 5  # of one user from one address in a minute
LONGEST_NAME, LONGEST_PASSWORD = 128, 256


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """Two wrong pairs only: a live service counts them."""
    pair = {"username": service.user, "password": service.password}
    nobody = {"username": f"nobody-{service.run}", "password": "wrong"}
    wrong = ("The username or the password is wrong",)
    yield refused("a wrong password", _login({**pair, "password": "wrong"}), 401, "unauthorized", *wrong)
    yield refused("an unknown user", _login(nobody), 401, "unauthorized", *wrong)
    # After the failures: success forgets those of this user.
    yield Case("the right pair", _login(pair), 200, TOKEN)
    many = {"username": f"throttled-{service.run}", "password": "wrong"}
    yield Case(
        f"after {PAIR_FAILURES} failures",
        _login(many),
        429,
        Error("throttled", ("try again",)),
        {"retry-after": Text(r"[1-9]|[1-5]\d|60")},
        frozenset({Feature.ONE_PROCESS}),
        before=(_login(many),) * PAIR_FAILURES,
    )
    for name, document, says in (
        ("no password", {"username": "a"}, "password"),
        ("no username", {"password": "a"}, "username"),
        ("an empty username", {**pair, "username": ""}, "username"),
        ("an empty password", {**pair, "password": ""}, "password"),
        ("a number as password", {**pair, "password": 1}, "password"),
        ("null as username", {**pair, "username": None}, "username"),
        ("a list as username", {**pair, "username": ["a"]}, "username"),
        ("a username too long", {**pair, "username": "a" * (LONGEST_NAME + 1)}, str(LONGEST_NAME)),
        ("a password too long", {**pair, "password": "a" * (LONGEST_PASSWORD + 1)}, str(LONGEST_PASSWORD)),
        ("one member too many", {**pair, "remember": True}, "remember"),
        ("a list", [service.user, "a"], "username"),
    ):
        yield refused(name, _login(document), 400, "invalid_input", says)
    half = b'{"username":"demo","password":"\\ud800"}'
    yield refused("half of a surrogate pair", _login(half), 400, "invalid_input", "password")
    yield refused("no JSON", _login(b"username=demo"), 400, "invalid_json")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    as_form = Asked("POST", "/login", headers=form, body=b"username=demo&password=a")
    yield refused(
        "a form", as_form, 415, "unsupported_media_type", "application/json", "x-www-form-urlencoded"
    )


def _login(document: object) -> Asked:
    return post("/login", document)
