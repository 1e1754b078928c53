"""Tokens: whatever is wrong with one, the answer is the same 401; a rotation is read once it is met."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from inference_app.auth.key_ring import MISS_SECONDS, KeyRing, read_keys
from inference_app.auth.remembered import RememberedTokens, Verified
from inference_app.auth.tokens import Tokens
from inference_app.errors import ApiError, RefusedError, SourceError
from tests.app.support.clock import Clock
from tests.app.support.environment import KEY_1, KEY_2, keys_json

NOW = 1_700_000_000.0


class Secret:
    """A secret that can change, and counts how often it is read."""

    def __init__(self, text: str) -> None:
        self.text, self.reads = text, 0

    def read_secret(self, address: str) -> bytes:
        self.reads += 1
        if not self.text:
            raise SourceError(f"{address}: gone")
        return self.text.encode()


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = NOW
    return clock


@pytest.fixture
def secret() -> Secret:
    return Secret(keys_json())


@pytest.fixture
def ring(secret: Secret, clock: Clock) -> KeyRing:
    ring = KeyRing("the secret", secret, clock)
    ring.refresh()
    return ring


@pytest.fixture(params=["checked anew", "remembered"])
def tokens(ring: KeyRing, clock: Clock, request: pytest.FixtureRequest) -> Tokens:
    remembered = RememberedTokens() if request.param == "remembered" else None
    return Tokens(ring, "issuer", "audience", 3600, clock, remembered)


def claims(**changes: Any) -> dict[str, Any]:
    good = {"iss": "issuer", "aud": "audience", "sub": "demo", "iat": int(NOW), "exp": int(NOW) + 60}
    return {key: value for key, value in (good | changes).items() if value is not None}


def signed(
    key: bytes = KEY_2, headers: dict[str, Any] | None = None, algorithm: str = "HS256", **changes: Any
) -> str:
    return jwt.encode(claims(**changes), key, algorithm, {"kid": "k2"} if headers is None else headers)


def raw(header: dict[str, Any], payload: str, key: bytes = KEY_2) -> str:
    """A token whose payload PyJWT would not write, properly signed."""
    return jwt.api_jws.encode(payload.encode(), key, "HS256", header)


def refused(tokens: Tokens, authorization: str | None) -> ApiError:
    with pytest.raises(ApiError) as error:
        tokens.verify(authorization)
    assert error.value.status == 401
    return error.value


def test_an_issued_token_is_signed_by_the_current_key_and_verifies(tokens: Tokens) -> None:
    token = tokens.issue("demo")
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT", "kid": "k2"}
    untimed: Any = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    assert jwt.decode(token, KEY_2, ["HS256"], options=untimed) == {
        "iss": "issuer", "aud": "audience", "sub": "demo", "iat": int(NOW), "exp": int(NOW) + 3600,
    }  # fmt: skip
    assert tokens.verify(f"Bearer {token}") == "demo"
    assert tokens.verify(f"bEaReR   {token} ") == "demo"


def test_the_older_key_verifies_during_a_rotation(tokens: Tokens) -> None:
    assert tokens.verify(f"Bearer {signed(KEY_1, {'kid': 'k1'})}") == "demo"


@pytest.mark.parametrize("claim", ["exp", "iat", "sub", "iss", "aud"])
def test_a_token_without_a_claim_is_refused(claim: str, tokens: Tokens) -> None:
    refused(tokens, f"Bearer {jwt.encode(claims(**{claim: None}), KEY_2, 'HS256', {'kid': 'k2'})}")


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(NOW)},
        {"exp": int(NOW) - 1},
        {"exp": str(int(NOW) + 60)},
        {"exp": NOW + 60.5},
        {"exp": True},
        {"iat": int(NOW) + 31},
        {"iat": "yesterday"},
        {"nbf": int(NOW) + 31},
        {"sub": ""},
        {"aud": "another"},
        {"aud": ["audience", "another"]},
        {"iss": "another"},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(changes: dict[str, Any], tokens: Tokens) -> None:
    assert tokens.verify(f"Bearer {signed()}") == "demo"
    refused(tokens, f"Bearer {signed(**changes)}")


def test_a_number_for_a_subject_is_refused(tokens: Tokens) -> None:
    refused(tokens, f"Bearer {raw({'kid': 'k2'}, json.dumps(claims(sub=7)))}")


def test_a_token_ends_when_the_clock_says_so(tokens: Tokens, clock: Clock) -> None:
    token = tokens.issue("demo")
    clock.now += 3599
    assert tokens.verify(f"Bearer {token}") == "demo"
    clock.now += 1
    refused(tokens, f"Bearer {token}")


def _unsigned() -> str:
    return jwt.encode(claims(), "", "none", {"kid": "k2"})


@pytest.mark.parametrize(
    "make",
    [
        lambda: signed(b"another key of thirty-two bytes!"),
        lambda: signed(KEY_1),
        lambda: signed(headers={}),
        lambda: raw({"kid": "nope"}, json.dumps(claims())),
        lambda: signed(KEY_2 * 2, algorithm="HS512"),
        _unsigned,
        lambda: raw({"kid": "k2"}, "[1]"),
        lambda: raw({"kid": "k2"}, "not json"),
        lambda: raw({"kid": "k2"}, "[" * 3000),
        lambda: signed()[:-3] + "abc",
        lambda: signed() + ".more",
        lambda: "a.b.c",
        lambda: "é",
        lambda: "x" * 4097,
        lambda: "",
        lambda: base64.b64encode(b"\xff" * 30).decode(),
    ],
)
def test_every_other_token_is_refused_with_one_answer(make: Callable[[], str], tokens: Tokens) -> None:
    error = refused(tokens, f"Bearer {make()}")
    assert error.headers == {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    assert error.message == refused(tokens, "Bearer a.b.c").message


@pytest.mark.parametrize("authorization", [None, "", "  "])
def test_no_token_is_asked_for_one(authorization: str | None, tokens: Tokens) -> None:
    assert refused(tokens, authorization).headers == {"WWW-Authenticate": "Bearer"}


def test_an_unknown_key_id_asks_for_one_reload_in_a_while(
    tokens: Tokens, ring: KeyRing, secret: Secret, clock: Clock
) -> None:
    new = signed(b"3" * 32, {"kid": "k3"})
    refused(tokens, f"Bearer {new}")
    assert ring.take_wanted() is True
    assert ring.take_wanted() is False
    refused(tokens, f"Bearer {new}")
    assert ring.take_wanted() is False  # not again so soon, whatever ids clients invent
    clock.now += MISS_SECONDS
    refused(tokens, f"Bearer {new}")
    assert ring.take_wanted() is True
    secret.text = keys_json("k3", k2=KEY_2, k3=b"3" * 32)
    ring.refresh()
    assert tokens.verify(f"Bearer {new}") == "demo"
    assert secret.reads == 2


def test_a_key_that_left_the_ring_verifies_nothing(tokens: Tokens, ring: KeyRing, secret: Secret) -> None:
    token = tokens.issue("demo")
    assert tokens.verify(f"Bearer {token}") == "demo"
    secret.text = keys_json("k1", k1=KEY_1)
    ring.refresh()
    refused(tokens, f"Bearer {token}")
    assert ring.take_wanted() is True  # an unknown key id, remembered or not
    secret.text = keys_json("k2", k2=b"3" * 40)  # the name is back, the key is another
    ring.refresh()
    refused(tokens, f"Bearer {token}")


def test_a_remembered_token_is_not_decoded_again(
    ring: KeyRing, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = Tokens(ring, "issuer", "audience", 3600, clock, RememberedTokens())
    first, second = tokens.issue("demo"), tokens.issue("other")
    assert tokens.verify(f"Bearer {first}") == "demo"

    def decode(*_: Any, **__: Any) -> None:
        raise jwt.InvalidTokenError

    monkeypatch.setattr(jwt, "decode", decode)
    assert tokens.verify(f"Bearer {first}") == "demo"
    refused(tokens, f"Bearer {second}")
    refused(tokens, f"Bearer {first}x")


def test_a_remembered_token_waits_for_its_time_when_the_clock_goes_back(ring: KeyRing, clock: Clock) -> None:
    tokens = Tokens(ring, "issuer", "audience", 3600, clock, RememberedTokens())
    token = tokens.issue("demo")
    assert tokens.verify(f"Bearer {token}") == "demo"
    clock.now -= 31
    refused(tokens, f"Bearer {token}")


def test_what_is_refused_is_never_remembered(ring: KeyRing, clock: Clock) -> None:
    remembered = RememberedTokens()
    tokens = Tokens(ring, "issuer", "audience", 3600, clock, remembered)
    refused(tokens, f"Bearer {signed(KEY_1)}")
    assert remembered.get(f"Bearer {signed(KEY_1)}") is None
    token = tokens.issue("demo")
    tokens.verify(f"Bearer {token}")
    assert remembered.get(f"Bearer {token}") is not None
    clock.now += 3600
    refused(tokens, f"Bearer {token}")
    assert remembered.get(f"Bearer {token}") is None


def test_the_table_of_remembered_tokens_is_bounded_and_holds_no_token() -> None:
    remembered = RememberedTokens(max_entries=3)
    for index in range(5):
        remembered.put(f"token {index}", Verified("demo", 1, 0, "k2", KEY_2))
    assert [remembered.get(f"token {index}") is not None for index in range(5)] == [False] * 2 + [True] * 3
    assert b"token" not in b"".join(remembered._verified)


def test_a_failed_reload_keeps_the_keys(tokens: Tokens, ring: KeyRing, secret: Secret) -> None:
    token = tokens.issue("demo")
    for broken in ("", "{"):
        secret.text = broken
        with pytest.raises((SourceError, RefusedError)):
            ring.refresh()
        assert tokens.verify(f"Bearer {token}") == "demo"


def test_a_short_key_is_refused_and_never_shown() -> None:
    short = base64.b64encode(b"s" * 31).decode()
    with pytest.raises(RefusedError, match="k1 must be base64 of at least 32 bytes") as error:
        read_keys(json.dumps({"current": "k1", "keys": {"k1": short}}).encode())
    assert short not in str(error.value)


@pytest.mark.parametrize(
    "secret_text",
    [
        "[]",
        "{}",
        '{"current":"k1"}',
        '{"current":"k9","keys":{}}',
        '{"current":1,"keys":{"1":""}}',
        keys_json("k9"),
    ],
)
def test_a_ring_without_a_current_key_is_refused(secret_text: str) -> None:
    with pytest.raises(RefusedError, match="signing keys"):
        read_keys(secret_text.encode())
