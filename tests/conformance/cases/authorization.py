"""The bearer token: what opens a route, and everything that must not, always with the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..asking import Asked
from ..bodies import Error, Json
from ..case import Case, LeftOut, get, refused
from ..expect import Having
from ..service import Service
from ..tokens import Signing, decode, encode, with_claims

STRANGER = b"a key of no service, of 40 bytes or so..."
INVALID = 'Bearer error="invalid_token"'
LONGEST = 4096

# Routes that need a token, with a method each; who has none learns nothing else about them.
GUARDED = (
    *(("GET", "/models"), ("HEAD", "/models"), ("GET", "/models/no-such-model"), ("GET", "/predict")),
    *(("POST", "/predict"), ("POST", "/predict_api"), ("POST", "/models/no-such-model/predict")),
    *(("DELETE", "/predict"), ("PUT", "/models"), ("OPTIONS", "/predict")),
)


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """No token, wrong schemes, forged and outdated tokens."""
    for method, path in GUARDED:
        if method == "HEAD":
            continue
        asked = Asked(
            method, path, headers={"Content-Type": "text/plain"}, body=b"{" if method == "POST" else b""
        )
        yield refused("no token", asked, 401, "unauthorized", "POST /login")
    for name, value in (("an empty header", ""), ("a blank header", "  ")):
        yield refused(name, get("/models", {"Authorization": value}), 401, "unauthorized", "POST /login")
    yield from (_opens(name, value) for name, value in _right(service).items())
    for name, value in _wrong(service.token).items():
        yield _challenged(name, value)
    if service.signing is None:
        yield LeftOut(
            "GET /models: tokens that only their claims make wrong (expired, of another issuer, …)",
            "they must be signed by the service's own key, which only tests of this project have",
        )
    else:
        for name, token in _signed(service.token, service.signing).items():
            yield _challenged(name, f"Bearer {token}")


def _right(service: Service) -> dict[str, str]:
    return {
        "scheme in lower case": f"bearer {service.token}",
        "scheme in upper case": f"BEARER {service.token}",
        "two spaces": f"Bearer  {service.token}",
    }


def _wrong(token: str) -> dict[str, str]:
    header, claims, signature = decode(token)
    longer = {**claims, "exp": claims["exp"] + 10**6}
    tokens = {
        "not a token": "a.b.c",
        "a word": "token",
        "no signature": token.rpartition(".")[0],
        "an empty signature": f"{token.rpartition('.')[0]}.",
        "four parts": f"{token}.{signature}",
        "a byte of the signature changed": _changed(token),
        "other claims under the signature": with_claims(token, longer),
        "forged under the key's name": encode(header, claims, STRANGER),
        "forged under an unknown key": encode({**header, "kid": "no-such-key"}, claims, STRANGER),
        "no key named": encode({"alg": "HS256", "typ": "JWT"}, claims, STRANGER),
        "a number as the key's name": encode({**header, "kid": 1}, claims, STRANGER),
        "algorithm none": encode({**header, "alg": "none"}, claims, b""),
        "algorithm RS256": encode({**header, "alg": "RS256"}, claims, b""),
        "algorithm HS512": encode({**header, "alg": "HS512"}, claims, STRANGER),
        "over 4 KiB": token + "a" * LONGEST,
    }
    return {
        **{name: f"Bearer {value}" for name, value in tokens.items()},
        "another scheme": "Basic ZGVtbzpkZW1v",
        "the scheme alone": "Bearer",
        "the token alone": token,
    }


def _signed(token: str, signing: Signing) -> dict[str, str]:
    _, claims, _ = decode(token)
    hour = 3600

    def with_(alg: str = "HS256", drop: str = "", **other: Any) -> str:
        kept = {key: value for key, value in {**claims, **other}.items() if key != drop}
        return encode({"alg": alg, "kid": signing.key_id, "typ": "JWT"}, kept, signing.key)

    return {
        "expired": with_(iat=claims["iat"] - 2 * hour, exp=claims["iat"] - hour),
        "of the future": with_(iat=claims["iat"] + hour, exp=claims["exp"] + hour),
        "not yet valid": with_(nbf=claims["iat"] + hour),
        "its end as a string": with_(exp=str(claims["exp"])),
        "its end as a fraction": with_(exp=claims["exp"] + 0.5),
        "of another issuer": with_(iss="another"),
        "for another audience": with_(aud="another"),
        "for several audiences": with_(aud=[claims["aud"], "another"]),
        "for nobody": with_(sub=""),
        "the right key with HS384": with_("HS384"),
        "the right key with none": with_("none"),
        **{f"without {claim}": with_(drop=claim) for claim in ("exp", "iat", "sub", "iss", "aud")},
    }


def _changed(token: str) -> str:
    head, _, signature = token.rpartition(".")
    return f"{head}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def _opens(name: str, value: str) -> Case:
    return Case(name, get("/models", {"Authorization": value}), 200, Json(Having({})))


def _challenged(name: str, value: str) -> Case:
    says = ("The token is not valid",)
    headers = {"www-authenticate": INVALID}
    return Case(name, get("/models", {"Authorization": value}), 401, Error("unauthorized", says), headers)
