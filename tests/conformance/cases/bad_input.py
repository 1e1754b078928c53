"""Bodies that are no strict JSON, on every route that reads one."""

from __future__ import annotations

from collections.abc import Iterator

from ..case import Case, LeftOut, bearer, post, refused
from ..service import Service

# Bodies that are no strict JSON, for every route that reads one; the second half says why.
NOT_STRICT = {
    "no body": b"",
    "half a document": b"{",
    "two documents": b"{}{}",
    "single quotes": b"{'x':[1]}",
    "a trailing comma": b'{"x":[1,]}',
    "a comment": b'{"x":[1]} // one',
    "a leading zero": b'{"x":[01]}',
    "a plus": b'{"x":[+1]}',
    "an underscore": b'{"x":[1_0]}',
    "hexadecimal": b'{"x":[0x1]}',
    "NaN": b'{"x":[NaN]}',
    "Infinity": b'{"x":[Infinity]}',
    "-Infinity": b'{"x":[-Infinity]}',
    "a control character": b'{"x\n":[1]}',
    "not UTF-8": b'{"\xff":1}',
    "UTF-16": '{"x":[1]}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"x":[1]}',
    "equal keys": b'{"x":[1],"x":[2]}',
    "nested too deep": b"[" * 100_000,
    "nested objects too deep": b'{"a":' * 1000 + b"1" + b"}" * 1000,
    "a number of 5,000 digits": b'{"x":[' + b"9" * 5000 + b"]}",
}


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """All of them on one route, some on the others."""
    auth = bearer(service)
    for name, body in NOT_STRICT.items():
        yield refused(name, post("/predict", body, auth), 400, "invalid_json")
    for path in ("/predict_api", service.default_model.path):
        for name in ("half a document", "NaN", "equal keys"):
            yield refused(name, post(path, NOT_STRICT[name], auth), 400, "invalid_json")
