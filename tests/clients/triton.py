"""tritonclient[http] with its defaults, and a header for the token: tensors as bytes there and back."""

from __future__ import annotations

import asyncio
import re
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import numpy as np
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from tests.clients.checking import ARTIFACTS, AUTHORIZED, URL, check, examples, near, refused, run, same

HOST = URL.removeprefix("http://")
GPA = [[0.0], [3.0], [4.0]]
SAT = [1009.9768130651476, 1763.0867553206997, 2014.123402739217]

client = triton.InferenceServerClient(HOST)


def tensor(name: str, array: Any, *, binary: bool = True) -> Any:
    """An input as the client's documentation makes one."""
    made = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
    made.set_data_from_numpy(array, binary_data=binary)
    return made


def infer(model: str, array: Any, **more: Any) -> Any:
    """The client's own answer."""
    name = "image" if model == "digits" else "instances"
    return client.infer(model, [tensor(name, array)], headers=dict(AUTHORIZED), **more)


@check("the server is live and ready")
def _() -> None:
    same((client.is_server_live(), client.is_server_ready()), (True, True))


@check("the server's metadata names the binary extension")
def _() -> None:
    found = client.get_server_metadata()
    same((found["name"], "binary_tensor_data" in found["extensions"]), ("spot-inference", True))


@check("a model is ready, in its version and in no other")
def _() -> None:
    ready = [
        client.is_model_ready("flight_delay", version, headers=dict(AUTHORIZED))
        for version in ("", "1.0.0", "9")
    ]
    same(ready, [True, True, False])
    same(client.is_model_ready("nope", headers=dict(AUTHORIZED)), False)


@check("a model's metadata names its tensors")
def _() -> None:
    found = client.get_model_metadata("flight_delay", "1.0.0", headers=dict(AUTHORIZED))
    same(found["inputs"], [{"name": "instances", "datatype": "FP64", "shape": [-1, 37]}])
    outputs = [
        {"name": "delayed", "datatype": "INT64", "shape": [-1]},
        {"name": "probability", "datatype": "FP64", "shape": [-1, 2]},
    ]
    same(found["outputs"], outputs)


@check("FP64 in bytes: gpa_to_sat")
def _() -> None:
    found = infer("gpa_to_sat", np.array(GPA))
    near(found.as_numpy("sat_score").tolist(), SAT)
    same(found.get_output("sat_score")["parameters"], {"binary_data_size": 24})


@check("FP32 in bytes: gpa_to_sat")
def _() -> None:
    near(infer("gpa_to_sat", np.array(GPA, dtype=np.float32)).as_numpy("sat_score").tolist(), SAT)


@check("INT64 in bytes: gpa_to_sat")
def _() -> None:
    near(infer("gpa_to_sat", np.array([[0], [3], [4]])).as_numpy("sat_score").tolist(), SAT)


@check("classes and probabilities in bytes: flight_delay")
def _() -> None:
    rows, classes, probabilities = examples("flight_delay")
    found = infer("flight_delay", np.array(rows))
    same(found.as_numpy("delayed").tolist(), classes)
    near(found.as_numpy("probability").tolist(), probabilities, 1e-6)


@check("an image as a tensor of UINT8: digits")
def _() -> None:
    images, digits, _probabilities = examples("digits")
    same(infer("digits", np.array(images).astype(np.uint8)).as_numpy("digit").tolist(), digits)


@check("JSON in and out")
def _() -> None:
    rows, classes, _probabilities = examples("flight_delay")
    found = client.infer(
        "flight_delay",
        [tensor("instances", np.array(rows), binary=False)],
        outputs=[triton.InferRequestedOutput("delayed", binary_data=False)],
        headers=dict(AUTHORIZED),
    )
    same(found.as_numpy("delayed").tolist(), classes)
    same(found.as_numpy("probability"), None)


@check("outputs by name, the request's id, a version")
def _() -> None:
    outputs = [triton.InferRequestedOutput("probability")]
    rows = np.array(examples("flight_delay")[0])
    found = infer("flight_delay", rows, outputs=outputs, request_id="a-7", model_version="1.0.0")
    same([one["name"] for one in found.get_response()["outputs"]], ["probability"])
    same((found.get_response()["id"], found.get_response()["model_version"]), ("a-7", "1.0.0"))


@check("compressed requests and answers, gzip and deflate")
def _() -> None:
    rows = np.array(examples("flight_delay")[0] * 100)
    expected = infer("flight_delay", rows).as_numpy("probability").tobytes()
    for there in (None, "gzip", "deflate"):
        for back in (None, "gzip", "deflate"):
            found = infer(
                "flight_delay", rows, request_compression_algorithm=there, response_compression_algorithm=back
            )
            same(found.as_numpy("probability").tobytes() == expected, True)


@check("10,000 rows in one request")
def _() -> None:
    rows = np.linspace(0, 4, 10_000).reshape(-1, 1)
    found = infer("gpa_to_sat", rows, request_compression_algorithm="gzip").as_numpy("sat_score")
    near([found[0].item(), found[-1].item()], [SAT[0], SAT[2]])


@check("20 inferences at once, by greenlets")
def _() -> None:
    with triton.InferenceServerClient(HOST, concurrency=8) as several:
        asked = [
            several.async_infer(
                "gpa_to_sat", [tensor("instances", np.array([[gpa]]))], headers=dict(AUTHORIZED)
            )
            for gpa in np.linspace(0, 4, 20)
        ]
        found = [one.get_result().as_numpy("sat_score").item() for one in asked]
    near([found[0], found[-1]], [SAT[0], SAT[2]])


@check("the asyncio client, JSON and bytes, compressed")
def _() -> None:
    async def ask() -> list[Any]:
        async with triton_aio.InferenceServerClient(HOST) as several:
            same(await several.is_server_ready(), True)
            same((await several.get_server_metadata())["name"], "spot-inference")
            found = [
                await several.infer(
                    "gpa_to_sat",
                    [tensor("instances", np.array(GPA), binary=binary)],
                    headers=dict(AUTHORIZED),
                    request_compression_algorithm=encoding,
                    response_compression_algorithm=encoding,
                )
                for binary in (True, False)
                for encoding in (None, "gzip", "deflate")
            ]
        return [one.as_numpy("sat_score").tolist() for one in found]

    for found in asyncio.run(ask()):
        near(found, SAT)


@check("the example of docs/open-inference.md")
def _() -> None:
    page = (ARTIFACTS.parent / "docs" / "open-inference.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    code = example.replace('"localhost:8080"', repr(HOST))
    names: dict[str, Any] = {"token": AUTHORIZED["Authorization"].removeprefix("Bearer ")}
    with redirect_stdout(StringIO()) as printed:
        exec(code, names)
    near(
        [float(number) for number in printed.getvalue().strip("[]\n ").split()],
        [1763.08675532, 1888.605079],
        1e-5,
    )


@check("errors reach the caller with status and reason")
def _() -> None:
    with refused(InferenceServerException, "[400]", "from 0.0 to 4.0 expected, 5.0 came"):
        infer("gpa_to_sat", np.array([[5.0]]))
    with refused(InferenceServerException, "[400]", "shape [-1, 37]"):
        infer("flight_delay", np.array([[5.0]]))
    with refused(InferenceServerException, "[404]", "There is no model"):
        infer("nope", np.array([[5.0]]))
    with refused(InferenceServerException, "[401]"):
        client.infer("gpa_to_sat", [tensor("instances", np.array([[5.0]]))])
    with refused(InferenceServerException, "[401]"):
        client.get_model_metadata("gpa_to_sat")


if __name__ == "__main__":
    run()
