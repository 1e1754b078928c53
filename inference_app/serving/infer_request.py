"""An inference request of the Open Inference Protocol, taken apart: its id, its inputs, the outputs that it
asks for and which of them as bytes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .. import strict_json
from ..errors import ApiError, bad_request, too_large
from ..models.manifest import Manifest
from .compression import inflated
from .limits import MAX_JSON_BYTES, MAX_TENSOR_BYTES
from .messages import Request
from .protocol_objects import flag, objects, parameters, text
from .tensors import DTYPES
from .validation import shown

HEADER = "Inference-Header-Content-Length"
# tritonclient names no type; its asyncio client names octet-stream even where all is JSON.
_MEDIA_TYPES = ("application/json", "application/octet-stream", "")
_LENGTH = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class InferRequest:
    """What is asked: the inputs as they came, the bytes of those that are bytes, and the outputs by name with
    whether they are wanted as bytes."""

    id: str | None
    inputs: list[dict[str, Any]]
    content: memoryview
    outputs: tuple[tuple[str, bool], ...]


def read_infer_request(request: Request, manifest: Manifest, outputs: Sequence[str]) -> InferRequest:
    """What `request` asks of the model of `manifest`, which gives `outputs`. Raises ApiError 415, 413 or
    400."""
    document, content = _taken_apart(request, manifest)
    if not isinstance(document, dict):
        raise bad_request(f'The body: {{"inputs": [{{…}}, …]}} expected, {shown(document)} came')
    return InferRequest(
        text(document, "id", "The body") if document.get("id") is not None else None,
        objects(document, "inputs"),
        content,
        _outputs(document, outputs),
    )


def _taken_apart(request: Request, manifest: Manifest) -> tuple[Any, memoryview]:
    """The JSON object and the bytes after it."""
    content_type = request.headers.get("content-type", "")
    if content_type not in _MEDIA_TYPES and _media_type(content_type) not in _MEDIA_TYPES:
        raise ApiError(
            415,
            "unsupported_media_type",
            f"Content-Type: application/json, or application/octet-stream with {HEADER}, expected, "
            f"{shown(content_type)} came",
        )
    header = request.headers.get(HEADER.lower())
    if header is None:
        return _parsed(inflated(request, MAX_JSON_BYTES)), memoryview(b"")
    content = inflated(request, MAX_TENSOR_BYTES)
    if not _LENGTH.fullmatch(header) or int(header) > len(content):
        raise bad_request(
            f"{HEADER}: the length of the JSON object expected, at most the body's {len(content)}, "
            f"{shown(header)} came"
        )
    length = int(header)
    if length > MAX_JSON_BYTES:
        raise too_large(f"A JSON object of at most {MAX_JSON_BYTES} bytes expected", "body_too_large")
    rest = memoryview(content)[length:]
    return (_parsed(content[:length]) if length else _raw(rest, manifest)), rest


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _parsed(content: bytes) -> Any:
    try:
        return strict_json.parse(content)
    except strict_json.StrictJsonError as error:
        raise bad_request(f"{str(error)[0].upper()}{str(error)[1:]}", "invalid_json") from None


def _raw(content: memoryview, manifest: Manifest) -> dict[str, Any]:
    """The object that a body without one stands for: the bytes are the model's only input, and all outputs
    are bytes, too (the extension's raw binary request)."""
    first, *others = manifest.tensors
    if others or first.datatype == "BYTES":
        raise bad_request(f"{HEADER}: 0 is for models with one input, of numbers")
    row = math.prod(first.shape[1:]) * DTYPES[first.datatype].itemsize
    described = {
        "name": first.name,
        "datatype": first.datatype,
        "shape": [max(1, len(content) // row), *first.shape[1:]],
        "parameters": {"binary_data_size": len(content)},
    }
    return {"inputs": [described], "parameters": {"binary_data_output": True}}


def _outputs(document: dict[str, Any], known: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The outputs that are wanted; all of them where none is named."""
    every = flag(parameters(document, "The body"), "binary_data_output", False)
    wanted: dict[str, bool] = {}
    for item in objects(document, "outputs") if document.get("outputs") not in (None, []) else ():
        name = text(item, "name", "outputs")
        where = f"output {shown(name)}"
        if name not in known:
            raise bad_request(f"{where}: one of {', '.join(known)} expected")
        if name in wanted:
            raise bad_request(f"{where} is asked for twice")
        wanted[name] = flag(parameters(item, where), "binary_data", every)
    return tuple(wanted.items()) if wanted else tuple((name, every) for name in known)
