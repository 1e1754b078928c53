"""Inference requests and answers of the Open Inference Protocol, as a client would write and read them."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

HEADER = "Inference-Header-Content-Length"
DTYPES = {
    "BOOL": "?",
    **{f"INT{bits}": f"<i{bits // 8}" for bits in (8, 16, 32, 64)},
    **{f"UINT{bits}": f"<u{bits // 8}" for bits in (8, 16, 32, 64)},
    **{f"FP{bits}": f"<f{bits // 8}" for bits in (16, 32, 64)},
}


def tensor(name: str, datatype: str, data: Any, shape: Sequence[int] | None = None) -> dict[str, Any]:
    """An input with its data in JSON."""
    shape = list(np.shape(data)) if shape is None else list(shape)
    return {"name": name, "datatype": datatype, "shape": shape, "data": data}


def packed(datatype: str, data: Any) -> bytes:
    """The data as bytes."""
    if datatype == "BYTES":
        parts = [item if isinstance(item, bytes) else item.encode() for item in np.ravel(data).tolist()]
        return b"".join(struct.pack("<I", len(part)) + part for part in parts)
    return np.array(data, dtype=DTYPES[datatype]).tobytes()


def in_bytes(*tensors: Mapping[str, Any], **more: Any) -> tuple[dict[str, str], bytes]:
    """The headers and the body of a request whose inputs are all bytes."""
    parts = [packed(one["datatype"], one["data"]) for one in tensors]
    inputs = [
        {key: one[key] for key in ("name", "datatype", "shape")}
        | {"parameters": {"binary_data_size": len(part)}}
        for one, part in zip(tensors, parts, strict=True)
    ]
    document = json.dumps({"inputs": inputs, **more}).encode()
    headers = {"Content-Type": "application/octet-stream", HEADER: str(len(document))}
    return headers, b"".join((document, *parts))


def outputs_of(headers: Mapping[str, str], body: bytes) -> dict[str, NDArray[Any]]:
    """The outputs of an answer by name, whichever form they have."""
    length = int(headers.get(HEADER.lower(), len(body)))
    document, rest = json.loads(body[:length]), body[length:]
    outputs = {}
    for one in document["outputs"]:
        size = one.get("parameters", {}).get("binary_data_size")
        if size is None:
            array = np.array(one["data"], dtype=DTYPES.get(one["datatype"], object))
        else:
            part, rest = rest[:size], rest[size:]
            array = unpacked(one["datatype"], part)
        outputs[one["name"]] = array.reshape(one["shape"])
    assert rest == b""
    return outputs


def unpacked(datatype: str, content: bytes) -> NDArray[Any]:
    """The flat array in `content`."""
    if datatype != "BYTES":
        return np.frombuffer(content, dtype=DTYPES[datatype])
    found = []
    while content:
        length = struct.unpack_from("<I", content)[0]
        found.append(content[4 : 4 + length].decode())
        content = content[4 + length :]
    return np.array(found, dtype=object)
