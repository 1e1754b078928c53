"""KServe's InferenceRESTClient, and a header for the token: JSON and bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput

from tests.clients.checking import AUTHORIZED, URL, check, examples, near, refused, run, same

SAT = [1009.9768130651476, 1763.0867553206997, 2014.123402739217]


def with_client(ask: Callable[[Any], Awaitable[Any]]) -> Any:
    """What `ask` gets from a client of its own."""

    async def asked() -> Any:
        async with InferenceRESTClient(RESTConfig(protocol="v2", retries=0)) as client:
            return await ask(client)

    return asyncio.run(asked())


def infer(model: str, made: Any, came: dict[str, str] | None = None, **more: Any) -> Any:
    """The client's own answer for one input; the headers that came with it go to `came`."""
    request = InferRequest(model_name=model, infer_inputs=[made], **more)
    return with_client(
        lambda client: client.infer(
            URL, request, model_name=model, headers=dict(AUTHORIZED), response_headers=came
        )
    )


def in_bytes(name: str, datatype: str, array: Any) -> Any:
    """An input as bytes."""
    made = InferInput(name, list(array.shape), datatype)
    made.set_data_from_numpy(array, binary_data=True)
    return made


@check("the server is live and ready")
def _() -> None:
    same(with_client(lambda client: client.is_server_live(URL)), True)
    same(with_client(lambda client: client.is_server_ready(URL)), True)


@check("a model is ready, another is not")
def _() -> None:
    async def ready(client: Any) -> list[bool]:
        names = ("flight_delay", "nope")
        return [await client.is_model_ready(URL, name, headers=dict(AUTHORIZED)) for name in names]

    same(with_client(ready), [True, False])


@check("JSON in and out: gpa_to_sat")
def _() -> None:
    found = infer(
        "gpa_to_sat", InferInput("instances", [3, 1], "FP64", [[0.0], [3.0], [4.0]]), request_id="a-7"
    )
    near(found.outputs[0].as_numpy().tolist(), SAT)
    same((found.id, found.model_name), ("a-7", "gpa_to_sat"))


@check("bytes in, JSON out: gpa_to_sat")
def _() -> None:
    array = np.array([[0.0], [3.0], [4.0]], dtype=np.float32)
    near(infer("gpa_to_sat", in_bytes("instances", "FP32", array)).outputs[0].as_numpy().tolist(), SAT)


@check("bytes in and out, classes and probabilities: flight_delay")
def _() -> None:
    rows, classes, probabilities = examples("flight_delay")
    made = in_bytes("instances", "FP64", np.array(rows))
    came: dict[str, str] = {}
    outputs = infer("flight_delay", made, came, parameters={"binary_data_output": True}).outputs
    same(came["content-type"], "application/octet-stream")
    same([one.name for one in outputs], ["delayed", "probability"])
    same(outputs[0].as_numpy().tolist(), classes)
    near(outputs[1].as_numpy().tolist(), probabilities, 1e-6)


@check("one output as bytes by its name: flight_delay")
def _() -> None:
    rows, _classes, probabilities = examples("flight_delay")
    wanted = [RequestedOutput("probability", {"binary_data": True})]
    found = infer("flight_delay", in_bytes("instances", "FP64", np.array(rows)), request_outputs=wanted)
    near(found.outputs[0].as_numpy().tolist(), probabilities, 1e-6)


@check("an image as a tensor: digits")
def _() -> None:
    images, digits, _probabilities = examples("digits")
    found = infer("digits", InferInput("image", [len(images), 8, 8], "FP64", images))
    same(found.outputs[0].as_numpy().tolist(), digits)


@check("errors reach the caller with status and reason")
def _() -> None:
    with refused(httpx.HTTPStatusError, "400", "from 0.0 to 4.0 expected, 5.0 came"):
        infer("gpa_to_sat", InferInput("instances", [1, 1], "FP64", [[5.0]]))
    with refused(httpx.HTTPStatusError, "404", "There is no model"):
        infer("nope", InferInput("instances", [1, 1], "FP64", [[5.0]]))


if __name__ == "__main__":
    run()
