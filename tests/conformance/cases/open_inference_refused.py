"""What the Open Inference Protocol's routes refuse, with the contract's own object and status."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from ..asking import Asked
from ..case import Case, LeftOut, bearer, get, post, refused
from ..service import Model, Service
from ..tensors import BYTES, HEADER, in_bytes, inputs_of
from ..ways import Feature
from .limits import MOST_JSON, MOST_ROWS

MOST_TENSORS = 4 * 1024 * 1024


def cases(service: Service) -> Iterator[Case | LeftOut]:
    """Tokens and names, then bodies for the default model."""
    auth, model = bearer(service), service.default_model
    base = f"/v2/models/{model.name}"
    yield from _tokens(base)
    yield from _names(base, auth)
    if model.has_large_rows:
        return  # said where its rows are left out
    yield from _documents(model, f"{base}/infer", auth)
    yield from _inputs(model, f"{base}/infer", auth)
    yield from _bytes(model, f"{base}/infer", auth)
    yield from _encodings(model, f"{base}/infer", auth)


def _tokens(base: str) -> Iterator[Case]:
    for path in (
        base,
        f"{base}/ready",
        f"{base}/versions/1",
        "/v2/models/no-such",
        "/v2/models/no-such/ready",
    ):
        yield refused("no token", get(path), 401, "unauthorized", "POST /login")
    for path in (f"{base}/infer", f"{base}/versions/1/infer", "/v2/models/no-such/infer"):
        yield refused("no token", post(path, b"{"), 401, "unauthorized", "POST /login")
    yield refused("no token", Asked("DELETE", f"{base}/infer"), 401, "unauthorized", "POST /login")


def _names(base: str, auth: dict[str, str]) -> Iterator[Case]:
    for path in ("/v2/models/no-such", "/v2/models/no-such/ready", "/v2/models/no-such/versions/1"):
        yield refused("unknown", get(path, auth), 404, "unknown_model", "no-such")
    yield refused("unknown", post("/v2/models/no-such/infer", {}, auth), 404, "unknown_model", "no-such")
    for path in (f"{base}/versions/no-such", f"{base}/versions/no-such/ready"):
        yield refused("unknown version", get(path, auth), 404, "unknown_version", "no-such")
    infer = post(f"{base}/versions/no-such/infer", {}, auth)
    yield refused("unknown version", infer, 404, "unknown_version", "no-such")
    for path in ("/v2/models", "/v2/health", "/v2/repository/index", f"{base}/config", f"{base}/versions"):
        yield refused("nothing there", get(path, auth), 404, "not_found")
        yield refused("nothing there, no token", get(path), 404, "not_found")
    odd = frozenset({Feature.ODD_PATH})
    yield refused("a slash at the end", get("/v2/", auth), 404, "not_found", needs=odd)
    yield refused("no name", get("/v2/models//ready", auth), 404, "not_found", needs=odd)


def _documents(model: Model, path: str, auth: dict[str, str]) -> Iterator[Case]:
    whole = {"inputs": [tensor.as_json() for tensor in inputs_of(model, model.examples[:1])]}
    for name, document, *says in (
        ("a list", [], "inputs"),
        ("null", None, "inputs"),
        ("no inputs", {}, "inputs"),
        ("empty inputs", {"inputs": []}, "inputs"),
        ("inputs by name", {"inputs": {"a": 1}}, "inputs"),
        ("a word among inputs", {"inputs": ["a"]}, "inputs"),
        ("a number as id", {**whole, "id": 7}, "id"),
        ("a word as outputs", {**whole, "outputs": "all"}, "outputs"),
        ("an unknown output", {**whole, "outputs": [{"name": "no-such"}]}, "no-such"),
        ("an output without a name", {**whole, "outputs": [{}]}, "name"),
        ("a word as parameters", {**whole, "parameters": "a"}, "parameters"),
        ("a number for a flag", {**whole, "parameters": {"binary_data_output": 1}}, "binary_data_output"),
        (
            "another server's extension",
            _with_parameter(whole, "shared_memory_region", "a"),
            "shared_memory_region",
        ),
    ):
        yield refused(name, post(path, document, auth), 400, "invalid_input", *map(str, says))
    for name, body in (("no body", b""), ("half a document", b"{"), ("NaN", b'{"inputs":[NaN]}')):
        yield refused(name, post(path, body, auth), 400, "invalid_json")


def _with_parameter(document: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    first, *others = document["inputs"]
    return {"inputs": [{**first, "parameters": {name: value}}, *others]}


def _inputs(model: Model, path: str, auth: dict[str, str]) -> Iterator[Case]:
    first, *others = inputs_of(model, model.examples[:1])
    rest = [tensor.as_json() for tensor in others]

    def case(title: str, *says: str, more: tuple[Any, ...] = (), status: int = 400, **changes: Any) -> Case:
        inputs = [first.as_json(**changes), *rest, *more]
        code = "invalid_input" if status == 400 else "too_many_rows"
        return refused(title, post(path, {"inputs": inputs}, auth), status, code, *says)

    wider = [*first.shape, 2]
    yield case("an unknown input", "no-such", name="no-such")
    yield case("a number as name", "name", name=1)
    yield case("the same input twice", first.name, "twice", more=(first.as_json(),))
    yield case("an unknown input more", "no-such", more=(first.as_json(name="no-such"),))
    yield case("another shape", first.name, "shape", str(wider), shape=wider)
    yield case("no rows", first.name, "shape", shape=[0, *first.row], data=[])
    yield case("a negative size", first.name, "shape", shape=[-1, *first.row])
    yield case("a word as shape", first.name, "shape", shape="1")
    yield case("true as a size", first.name, "shape", shape=[True, *first.row])
    too_many = [MOST_ROWS + 1, *first.row]
    yield case("10,001 rows", str(MOST_ROWS), str(MOST_ROWS + 1), status=413, shape=too_many)
    yield case("an unknown datatype", first.name, "datatype", "COMPLEX", datatype="COMPLEX")
    another = "BYTES" if first.datatype != "BYTES" else "FP64"
    yield case("a datatype of another kind", first.name, "datatype", another, datatype=another)
    yield case("too few elements", first.name, data=list(first.data)[:-1])
    yield case("no data", first.name, "data", data=None)
    yield case("a word as data", first.name, "data", data="1")
    yield case("null among the data", first.name, "null", data=[None, *first.data[1:]])
    size = {"binary_data_size": 8}
    yield case("data and bytes", first.name, "both", parameters=size)
    yield case("bytes that did not come", first.name, "binary_data_size", data=None, parameters=size)
    if others:
        alone = post(path, {"inputs": [first.as_json()]}, auth)
        yield refused("an input is missing", alone, 400, "invalid_input", others[0].name)
    if model.is_table:
        for item, position in ((item, at) for at, item in enumerate(model.inputs)):
            if "maximum" in item:
                data = list(first.data)
                data[position] = item["maximum"] + 0.5
                yield case(f"{item['name']} beyond its maximum", "row 0", item["name"], data=data)


def _bytes(model: Model, path: str, auth: dict[str, str]) -> Iterator[Case]:
    headers, body = in_bytes(inputs_of(model, model.examples[:1]))
    length = int(headers[HEADER])

    def case(name: str, content: bytes, *says: str, code: str = "invalid_input", **more: str) -> Case:
        given = {**headers, **auth, **{key.replace("_", "-"): value for key, value in more.items()}}
        return refused(name, Asked("POST", path, headers=given, body=content), 400, code, *says)

    key = HEADER.replace("-", "_")
    yield case("a byte too few", body[:-1], "bytes")
    yield case("a byte too many", body + b"\0", "bytes")
    yield case("a header beyond the body", body, HEADER, **{key: str(len(body) + 1)})
    yield case("a negative header", body, HEADER, **{key: "-1"})
    yield case("a word as header", body, HEADER, **{key: "all"})
    yield case("a header too short", body, code="invalid_json", **{key: str(length - 1)})
    without = {"Content-Type": BYTES, **auth}
    yield refused(
        "bytes without the header", Asked("POST", path, headers=without, body=body), 400, "invalid_json"
    )


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * (4 * MOST_TENSORS), mtime=0)


def _encodings(model: Model, path: str, auth: dict[str, str]) -> Iterator[Case]:
    body = json.dumps({"inputs": [t.as_json() for t in inputs_of(model, model.examples[:1])]}).encode()
    packed = gzip.compress(body, mtime=0)

    def case(name: str, content: bytes, status: int, code: str, *says: str, **headers: str) -> Case:
        asked = post(path, content, auth | {key.replace("_", "-"): value for key, value in headers.items()})
        return refused(name, asked, status, code, *says)

    yield case("brotli", packed, 415, "unsupported_media_type", "br", Content_Encoding="br")
    yield case("a broken gzip", packed[:-9], 400, "invalid_body", Content_Encoding="gzip")
    yield case("no gzip", body, 400, "invalid_body", Content_Encoding="gzip")
    yield case("something after the gzip", packed + b"a", 400, "invalid_body", Content_Encoding="gzip")
    bomb = _bomb()
    yield case("a bomb", bomb, 413, "body_too_large", str(MOST_JSON), Content_Encoding="gzip")
    tensors = {"Content_Encoding": "gzip", HEADER.replace("-", "_"): "2"}
    yield case("a bomb of bytes", bomb, 413, "body_too_large", str(MOST_TENSORS), **tensors)
    as_form = Asked("POST", path, headers={**auth, "Content-Type": "text/plain"}, body=body)
    yield refused("another type", as_form, 415, "unsupported_media_type", "text/plain")
    large = post(path, b" " * (MOST_JSON + 1), auth)
    yield refused("JSON over 1 MiB", large, 413, "body_too_large", needs=frozenset({Feature.LARGE_BODY}))
