"""Inferences that are refused, each with its status, its code and the sentence that says why."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inference_app.serving.limits import MAX_JSON_BYTES, MAX_TENSOR_BYTES
from tests.app.support.tensors import HEADER, in_bytes, packed, tensor

DAY = [0.0, 1.0, 0.0, 25.0]
DAYS = tensor("instances", "FP64", [DAY])


def changed(**changes: Any) -> dict[str, Any]:
    """The request of one day with another input; None takes a key away."""
    merged = {**DAYS, **changes}
    return {"inputs": [{key: value for key, value in merged.items() if value is not None}]}


@dataclass(frozen=True)
class Refusal:
    """A request for the model `days`, and the answer to it."""

    body: Mapping[str, Any] | bytes
    says: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 400
    code: str = "invalid_input"

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def in_binary(says: str, *tensors: Mapping[str, Any], **more: Any) -> Refusal:
    """A request whose inputs are bytes."""
    headers, body = in_bytes(*tensors, **more)
    return Refusal(body, says, headers)


def with_size(size: Any, content: bytes, says: str, data: Any = None) -> Refusal:
    """A request in bytes that claims `size` of them."""
    body = json.dumps(changed(data=data, parameters={"binary_data_size": size})).encode()
    return Refusal(body + content, says, {HEADER: str(len(body))})


def compressed(
    encoding: str, content: bytes, says: str, status: int = 400, code: str = "invalid_body"
) -> Refusal:
    """A request with a Content-Encoding."""
    return Refusal(content, says, {"Content-Encoding": encoding}, status, code)


WHOLE = json.dumps({"inputs": [DAYS]}).encode()
REFUSALS: dict[str, Refusal] = {
    # The object.
    "a list": Refusal(b"[]", 'The body: {"inputs": [{…}, …]} expected, [] came'),
    "no inputs": Refusal({}, "inputs: a list of at least one object expected, null came"),
    "empty inputs": Refusal({"inputs": []}, "inputs: a list of at least one object expected, [] came"),
    "inputs of another kind": Refusal({"inputs": [3]}, "inputs: a list of objects expected, 3 came in it"),
    "an id that is no string": Refusal({"id": 7, "inputs": [DAYS]}, "id: a string expected, 7 came"),
    "parameters that are none": Refusal(
        {"inputs": [DAYS], "parameters": [1]}, "parameters: an object expected, [1] came"
    ),
    "a flag that is none": Refusal(
        {"inputs": [DAYS], "parameters": {"binary_data_output": 1}},
        "binary_data_output: true or false expected, 1 came",
    ),
    "not JSON": Refusal(b'{"inputs":', "The body is not JSON", code="invalid_json"),
    "NaN": Refusal(b'{"inputs":[NaN]}', "The body holds NaN", code="invalid_json"),
    "empty": Refusal(b"", "The body is not JSON", code="invalid_json"),
    # Names.
    "no name": Refusal(changed(name=None), "inputs: name: a string expected, null came"),
    "another name": Refusal(changed(name="rows"), 'input "rows": one of instances expected'),
    "an input that comes twice": Refusal({"inputs": [DAYS, DAYS]}, 'input "instances" comes twice'),
    "a column that is missing": Refusal(
        {"inputs": [tensor("celsius", "FP64", [25.0])]}, 'The input "day_mon" is missing'
    ),
    "table and column": Refusal(
        {"inputs": [DAYS, tensor("celsius", "FP64", [25.0])]}, 'input "celsius": one of instances expected'
    ),
    "columns of different lengths": Refusal(
        {
            "inputs": [
                *(tensor(f"day_{day}", "FP64", [0.0]) for day in ("mon", "tue", "wed")),
                tensor("celsius", "FP64", [25.0, 3.0]),
            ]
        },
        "as many rows in each expected, 1 and 2 came",
    ),
    # Shapes.
    "no shape": Refusal(changed(shape=None), "shape [-1, 4] (-1: any number of rows) expected, nothing came"),
    "one axis": Refusal(changed(shape=[4]), "shape [-1, 4] (-1: any number of rows) expected, [4] came"),
    "another width": Refusal(changed(shape=[1, 5]), "expected, [1, 5] came"),
    "another number of axes": Refusal(changed(shape=[1, 4, 1]), "expected, [1, 4, 1] came"),
    "no rows": Refusal(changed(shape=[0, 4], data=[]), "expected, [0, 4] came"),
    "a negative size": Refusal(changed(shape=[-1, 4]), "expected, [-1, 4] came"),
    "a fraction": Refusal(changed(shape=[1.0, 4]), "expected, [1.0, 4] came"),
    "a shape of booleans": Refusal(changed(shape=[True, 4]), "expected, [true, 4] came"),
    "a shape that is no list": Refusal(changed(shape="1,4"), 'expected, "1,4" came'),
    "more rows than data": Refusal(changed(shape=[2, 4]), "a list of 1 came for a list of 2"),
    "too many rows": Refusal(
        changed(shape=[10_001, 4]),
        "at most 10000 rows expected, 10001 came",
        status=413,
        code="too_many_rows",
    ),
    "endless rows": Refusal(
        changed(shape=[10**4000, 4]), "at most 10000 rows expected", status=413, code="too_many_rows"
    ),
    # Datatypes.
    "no datatype": Refusal(changed(datatype=None), "datatype FP64, or another number, expected, null came"),
    "no such datatype": Refusal(changed(datatype="FP128"), 'expected, "FP128" came'),
    "a datatype of numpy": Refusal(changed(datatype="float64"), 'expected, "float64" came'),
    "a datatype that is no word": Refusal(changed(datatype=["FP64"]), 'expected, ["FP64"] came'),
    "BOOL for a number": Refusal(changed(datatype="BOOL", data=[[True] * 4]), 'expected, "BOOL" came'),
    "BYTES for a number": Refusal(changed(datatype="BYTES", data=["1"] * 4), 'expected, "BYTES" came'),
    # Data in JSON.
    "no data": Refusal(changed(data=None), "either data or the parameter binary_data_size expected"),
    "data that is no list": Refusal(changed(data=3), "data: a list expected, 3 came"),
    "too few elements": Refusal(changed(data=DAY[:3]), "shape [1, 4] is 4 elements, data holds 3"),
    "a row too many": Refusal(changed(data=[DAY, DAY]), "a list of 2 came for a list of 1"),
    "a ragged row": Refusal(
        changed(shape=[2, 4], data=[DAY, DAY[:2]]), "shape [2, 4] expected, a list of 2 came for a list of 4"
    ),
    "a row that is none": Refusal(changed(shape=[2, 4], data=[DAY, 3]), "expected, 3 came for a list of 4"),
    "too deep": Refusal(changed(data=[[DAY]]), "a list of 1 came for a list of 4"),
    "a list as an element": Refusal(
        changed(data=[0, 1, 0, [25]]), "element 3: a number (FP64) expected, [25] came"
    ),
    "a boolean": Refusal(changed(data=[0, True, 0, 25]), "element 1: a number (FP64) expected, true came"),
    "a string": Refusal(changed(data=[0, 1, "0", 25]), 'element 2: a number (FP64) expected, "0" came'),
    "null": Refusal(changed(data=[None, 1, 0, 25]), "element 0: a number (FP64) expected, null came"),
    "a fraction of INT32": Refusal(
        changed(datatype="INT32", data=[0, 1, 0, 2.5]),
        "element 3: a whole number from -2147483648 to 2147483647 (INT32) expected, 2.5 came",
    ),
    "a number beyond UINT8": Refusal(
        changed(datatype="UINT8", data=[0, 1, 0, 256]),
        "element 3: a whole number from 0 to 255 (UINT8) expected, 256 came",
    ),
    "a number beyond INT64": Refusal(
        changed(datatype="INT64", data=[0, 1, 0, 2**63]), f"(INT64) expected, {2**63} came"
    ),
    "a number that FP64 cannot hold": Refusal(
        changed(datatype="INT64", data=[0, 1, 0, 2**53 + 1]),
        f"element [0, 3]: INT64 {2**53 + 1} is no FP64 number",
    ),
    "a number beyond FP64": Refusal(
        changed(data=[0, 1, 0, 10**400]), "element 3: a number (FP64) expected, a number too large came"
    ),
    "a number beyond FP32": Refusal(
        changed(datatype="FP32", data=[0, 1, 0, 1e300]), "row 0, input 'celsius': a finite number expected"
    ),
    "a literal beyond FP64": Refusal(
        WHOLE.replace(b"25.0", b"1e999"), "row 0, input 'celsius': a finite number expected"
    ),
    # Data as bytes.
    "NaN in bytes": in_binary(
        "row 0, input 'celsius': a finite number expected, NaN came",
        tensor("instances", "FP64", [[0.0, 1.0, 0.0, math.nan]]),
    ),
    "infinity in bytes": in_binary(
        "row 0, input 'day_tue': a finite number expected",
        tensor("instances", "FP32", [[0.0, math.inf, 0.0, 1.0]]),
    ),
    "a number in bytes that FP64 cannot hold": in_binary(
        f"element [0, 0]: UINT64 {2**64 - 1} is no FP64 number",
        tensor("instances", "UINT64", [[2**64 - 1, 0, 0, 0]]),
    ),
    "another size than the shape's": in_binary(
        "shape [2, 4] of FP64 is 64 bytes, binary_data_size is 32",
        {**DAYS, "shape": [2, 4]},
    ),
    "a larger size than the shape's": in_binary(
        "shape [1, 4] of FP64 is 32 bytes, binary_data_size is 40", {**DAYS, "data": [*DAY, 1.0]}
    ),
    "another size than the datatype's": in_binary(
        "shape [1, 4] of FP64 is 32 bytes, binary_data_size is 16",
        {**DAYS, "datatype": "FP64", "data": DAY[:2]},
    ),
    "data and bytes": with_size(32, packed("FP64", DAY), "both came", DAY),
    "fewer bytes than claimed": with_size(
        32, packed("FP64", DAY)[:31], "binary_data_size is 32, 31 bytes are left"
    ),
    "more bytes than claimed": with_size(32, packed("FP64", DAY) + b"\0", "are 32 bytes of data, 33 came"),
    "a negative number of bytes": with_size(-1, b"", "a whole number expected, -1 came"),
    "a size that is no number": with_size("32", packed("FP64", DAY), 'a whole number expected, "32" came'),
    "a size that is true": with_size(True, b"\0", "a whole number expected, true came"),
    "an endless size": with_size(10**30, b"\0", f"binary_data_size is {10**30}, 1 bytes are left"),
    "bytes without the header": Refusal(
        in_bytes(DAYS)[1],
        "The body is not",
        {"Content-Type": "application/octet-stream"},
        code="invalid_json",
    ),
    "raw bytes of half a row": Refusal(
        packed("FP64", DAY)[:20], "shape [1, 4] of FP64 is 32 bytes, binary_data_size is 20", {HEADER: "0"}
    ),
    "raw bytes, none": Refusal(b"", "binary_data_size is 0", {HEADER: "0"}),
    **{
        f"the header {value!r}": Refusal(
            WHOLE, f"{HEADER}: the length of the JSON object expected", {HEADER: value}
        )
        for value in ("", "-1", "1.5", "0x10", "+3", "3 4", "9" * 30, str(len(WHOLE) + 1), "\u00b2")
    },
    # Outputs.
    "another output": Refusal(
        {"inputs": [DAYS], "outputs": [{"name": "y"}]}, 'output "y": one of warm, probability expected'
    ),
    "an output twice": Refusal(
        {"inputs": [DAYS], "outputs": [{"name": "warm"}] * 2}, 'output "warm" is asked for twice'
    ),
    "an output without a name": Refusal(
        {"inputs": [DAYS], "outputs": [{}]}, "outputs: name: a string expected, null came"
    ),
    "outputs that are none": Refusal(
        {"inputs": [DAYS], "outputs": "warm"}, 'outputs: a list of at least one object expected, "warm" came'
    ),
    "an output's flag that is none": Refusal(
        {"inputs": [DAYS], "outputs": [{"name": "warm", "parameters": {"binary_data": "no"}}]},
        'binary_data: true or false expected, "no" came',
    ),
    # Extensions that are not served.
    "the top classes": Refusal(
        {"inputs": [DAYS], "outputs": [{"name": "warm", "parameters": {"classification": 2}}]},
        "the parameter classification is of an extension that is not served",
    ),
    "shared memory": Refusal(
        changed(data=None, parameters={"shared_memory_region": "r", "shared_memory_byte_size": 32}),
        "the parameter shared_memory_region is of an extension that is not served",
    ),
    # Encodings.
    "half of a gzip": compressed("gzip", gzip.compress(WHOLE)[:-9], "The compressed body ends too early"),
    "no gzip": compressed("gzip", WHOLE, "The compressed body cannot be read"),
    "gzip and more": compressed("gzip", gzip.compress(WHOLE) * 2, "The compressed body is followed by"),
    "deflate for gzip": compressed("gzip", zlib.compress(WHOLE), "The compressed body cannot be read"),
    "nothing": compressed("deflate", b"", "The compressed body ends too early"),
    "brotli": compressed(
        "br", WHOLE, "Content-Encoding gzip or deflate expected, br came", 415, "unsupported_media_type"
    ),
    "twice": compressed("gzip, gzip", WHOLE, "gzip or deflate expected", 415, "unsupported_media_type"),
    "a form": Refusal(
        WHOLE,
        'expected, "application/x-www-form-urlencoded" came',
        {"Content-Type": "application/x-www-form-urlencoded"},
        415,
        "unsupported_media_type",
    ),
    # Limits.
    "a body over the limit of JSON": Refusal(
        b" " * (MAX_JSON_BYTES + 1),
        "A body of at most 1048576 bytes expected",
        status=413,
        code="body_too_large",
    ),
    "a JSON object over its limit": Refusal(
        b" " * (MAX_JSON_BYTES + 1),
        "A JSON object of at most 1048576 bytes expected",
        {HEADER: str(MAX_JSON_BYTES + 1)},
        413,
        "body_too_large",
    ),
    "a body over the limit of tensors": Refusal(
        b" " * (MAX_TENSOR_BYTES + 1),
        "A body of at most 4194304 bytes expected",
        {HEADER: "2"},
        413,
        "body_too_large",
    ),
}
