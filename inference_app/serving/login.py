"""POST /login: a name and a password become a token, at the price of one slow hash at a time."""

from __future__ import annotations

from typing import Any

from ..auth.users import MAX_NAME, MAX_PASSWORD, password_is_right
from ..errors import bad_request, unauthorized, unavailable
from .body import json_body
from .messages import Answer, Request, json_answer
from .services import Services
from .validation import shown


def post_login(request: Request, services: Services) -> Answer:
    """200 with a bearer token; 400 for a wrong shape, 401 for a wrong pair, 429 for too many tries."""
    document = json_body(request)
    if not isinstance(document, dict):
        raise bad_request('The body: {"username": …, "password": …} expected')
    for key in document:
        if key not in ("username", "password"):
            raise bad_request(f"The body: only username and password expected, {shown(key)} came, too")
    name = _text(document, "username", MAX_NAME)
    password = _text(document, "password", MAX_PASSWORD)
    users = services.users.current()
    if users is None or services.keys.current() is None:
        raise unavailable("not_ready", "The users and the signing keys are not there yet")
    services.throttle.check(name, request.client)
    with services.hashing.taken():
        right = password_is_right(users, name, password)
    if not right:
        services.throttle.failed(name, request.client)
        raise unauthorized("The username or the password is wrong")
    services.throttle.succeeded(name, request.client)
    body = {
        "access_token": services.tokens.issue(name),
        "token_type": "Bearer",
        "expires_in": services.tokens.seconds,
    }
    return json_answer(200, body, request.request_id)


def _text(document: dict[str, Any], key: str, longest: int) -> str:
    """The string at `key`. The error never repeats it: it may be a password in the wrong field."""
    value = document.get(key)
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise bad_request(f"{key}: a string of 1 to {longest} characters expected")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair: JSON can spell it, UTF-8 cannot
        raise bad_request(f"{key}: valid Unicode expected") from None
    return value
