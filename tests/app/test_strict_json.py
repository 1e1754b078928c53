"""JSON that two parsers could read differently is refused; what is JSON is read."""

from __future__ import annotations

from typing import Any

import pytest

from inference_app.strict_json import MAX_DEPTH, StrictJsonError, dump, parse


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a":NaN}', "NaN, which is not JSON"),
        (b"Infinity", "Infinity, which is not JSON"),
        (b"-Infinity", "-Infinity, which is not JSON"),
        (b'{"a":1,"a":2}', "the key 'a' comes twice"),
        (b'{"b":{"a":1,"a":1}}', "the key 'a' comes twice"),
        (b"[" * 5000 + b"]" * 5000, f"deeper than {MAX_DEPTH} levels"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), f"deeper than {MAX_DEPTH} levels"),
        (b'{"a":' * 100_000, f"deeper than {MAX_DEPTH} levels"),
        (b"9" * 5000, "too many digits"),
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"1_0", "not JSON"),
        (b"01", "not JSON"),
        (b"'a'", "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b'"\xff"', "not UTF-8"),
        (b'"\x00"', "not JSON"),
    ],
)
def test_it_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(StrictJsonError, match=said):
        parse(content)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b' {"a": [1, 2.5, null, true, "x"]} ', {"a": [1, 2.5, None, True, "x"]}),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
        (b'"' + b"[" * 500 + b'"', "[" * 500),
        (b'["' + b'\\"[' * 100 + b'"]', ['"[' * 100]),
        (b"[" + b",".join([b"[1]"] * 500) + b"]", [[1]] * 500),
    ],
)
def test_it_is_read(content: bytes, value: Any) -> None:
    read = parse(content)
    assert value is None or read == value


def test_what_json_has_not_is_never_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump([float("nan")])
    assert dump({"a": "é\ud800"}) == b'{"a":"\\u00e9\\ud800"}'
