"""What schemathesis cannot read from the document because no schema can say it; loaded by its command line.

* An image is a picture, not any bytes.
* A tensor has as many values as its shape says, and they are in the ranges of the model's inputs.
* Logins come from many addresses: the throttle counts failures by address.
"""

from __future__ import annotations

import copy
import io
import itertools
import json
from typing import Any

import schemathesis
from hypothesis import strategies as st
from PIL import Image
from schemathesis import Case, GenerationMode, HookContext
from schemathesis.core.parameters import ParameterLocation

from inference_app.serving.infer_request import HEADER

MOST_ROWS = 100  # more may be over the limit of a body, which no schema says
_addresses = itertools.count(1)


def _picture(color: tuple[int, int, int], size: tuple[int, int], kind: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, color).save(content, kind)
    return content.getvalue()


_BYTE = st.integers(0, 255)
_SIDE = st.integers(1, 40)
for _kind in ("PNG", "JPEG"):
    schemathesis.openapi.media_type(
        f"image/{_kind.lower()}",
        st.builds(_picture, st.tuples(_BYTE, _BYTE, _BYTE), st.tuples(_SIDE, _SIDE), st.just(_kind)),
    )


@schemathesis.hook
def map_case(context: HookContext, case: Case[Any]) -> Case[Any]:  # noqa: ARG001 - the hook's shape
    """Makes what is generated as valid hold what only words say."""
    if case.method == "POST" and case.meta is not None:
        _say_what_words_say(case)
    # Last: a case whose headers were touched is looked at anew, and is no longer one without a token.
    number = next(_addresses)
    case.headers["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return case


def _say_what_words_say(case: Case[Any]) -> None:
    body: Any = case.body
    valid = _is_valid(case, ParameterLocation.BODY)
    if case.path.endswith("/infer"):
        _tell_the_length(case, valid)
        if valid and isinstance(body, dict):
            filled = copy.deepcopy(body)  # what is generated is used again
            _fill(filled["inputs"], _example(case)["inputs"])
            if filled != body:  # a case that is touched forgets what it leaves out
                case.body = filled
    elif valid and isinstance(body, dict) and len(body.get("instances", ())) > MOST_ROWS:
        case.body = {**body, "instances": body["instances"][:MOST_ROWS]}


def _is_valid(case: Case[Any], location: ParameterLocation) -> bool:
    part = case.meta.components.get(location) if case.meta else None
    return part is None or part.mode is GenerationMode.POSITIVE


def _example(case: Case[Any]) -> dict[str, Any]:
    """The document's own example of an inference request."""
    described = case.operation.definition.raw["requestBody"]["content"]["application/json"]["examples"]
    example: dict[str, Any] = copy.deepcopy(described["the first example"]["value"])
    return example


def _tell_the_length(case: Case[Any], valid: bool) -> None:
    """The header is for bytes after the JSON object: nothing comes after a JSON body, and what is generated
    as bytes is the example and no bytes after it."""
    if case.media_type == "application/octet-stream" and valid:
        case.body = json.dumps(_example(case)).encode()
        if _is_valid(case, ParameterLocation.HEADER):
            case.headers[HEADER] = str(len(case.body))
    elif _is_valid(case, ParameterLocation.HEADER):
        case.headers.pop(HEADER, None)


def _fill(tensors: list[dict[str, Any]], example: list[dict[str, Any]]) -> None:
    """Gives each tensor up to three rows of the example's values; of a table by columns those of its first
    tensor, in order."""
    values = {tensor["name"]: tensor["data"] for tensor in example}
    rows = min(int(tensors[0]["shape"][0]), 3)  # 1.0 is an integer to a schema
    for place, tensor in enumerate(tensors):
        tensor["shape"][0] = rows
        row = values.get(tensor["name"]) or [example[0]["data"][place]]
        whole = "INT" in tensor["datatype"]
        tensor["data"] = [int(value) if whole and isinstance(value, float) else value for value in row] * rows
