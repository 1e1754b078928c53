"""The application's errors: what a client is told (ApiError), what keeps it from starting or loading."""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """A refusal that the client is told about: status, snake_case code, one sentence, extra headers."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


class SettingsError(Exception):
    """The environment cannot be used; the message names every problem: the key, the rule and the value."""


class SourceError(Exception):
    """An address could not be read now. Trying again later may help."""


class RefusedError(Exception):
    """What was read must not be used (wrong digest, broken file, failed self-test). Trying again does not
    help."""


def bad_request(message: str, code: str = "invalid_input") -> ApiError:
    """400: the request itself is at fault; `message` says where, what was expected and what came."""
    return ApiError(400, code, message)


def too_large(message: str, code: str) -> ApiError:
    """413: over one of the limits that the contract names."""
    return ApiError(413, code, message)


def unauthorized(message: str, challenge: str = "Bearer") -> ApiError:
    """401 with the `WWW-Authenticate` that RFC 6750 asks for."""
    return ApiError(401, "unauthorized", message, {"WWW-Authenticate": challenge})


def unavailable(code: str, message: str, retry_after: int = 2) -> ApiError:
    """503: not a matter of the request; `retry_after` is in seconds."""
    return ApiError(503, code, message, {"Retry-After": str(retry_after)})


def too_many(code: str, message: str, retry_after: int) -> ApiError:
    """429: throttled; `retry_after` is in seconds."""
    return ApiError(429, code, message, {"Retry-After": str(retry_after)})
