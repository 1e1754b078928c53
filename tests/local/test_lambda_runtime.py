"""The Runtime API serves the real client, awslambdaric, as Lambda does: answers, errors, time-outs."""

import http.client
import json
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local_cloud.aws import Aws
from local_cloud.function import Function, environment
from local_cloud.lambda_runtime import VERSION, Invocation, RuntimeApi, read_chunks
from local_cloud.processes import Processes

HANDLER = """
import os, sys, time
if os.environ.get("FAIL_AT_INIT") == "raise":
    raise ValueError("no init")
if os.environ.get("FAIL_AT_INIT") == "exit":
    sys.exit(7)

def handler(event, context):
    if event.get("raise"):
        raise RuntimeError("no answer")
    if event.get("exit"):
        os._exit(3)
    if event.get("sleep"):
        time.sleep(event["sleep"])
    return {
        "event": event, "id": context.aws_request_id, "arn": context.invoked_function_arn,
        "left": context.get_remaining_time_in_millis(), "name": context.function_name,
        "memory": context.memory_limit_in_mb, "trace": os.environ.get("_X_AMZN_TRACE_ID"), "pid": os.getpid(),
    }
"""
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:f:live"
Make = Callable[..., Function]


class FakeLambda(Aws):
    """Answers for one function; nothing else of AWS is asked."""

    def __init__(self, folder: Path, variables: dict[str, str], seconds: int) -> None:
        self.endpoint, self.region = "http://127.0.0.1:1", "eu-central-1"
        self.about = {
            "FunctionName": "f",
            "Version": "1",
            "MemorySize": 512,
            "Timeout": seconds,
            "Environment": {"Variables": {"PYTHONPATH": str(folder), **variables}},
        }

    def call(self, call: str, **parameters: Any) -> dict[str, Any]:
        assert parameters == {"FunctionName": "f"}
        if call == "lambda.get_function_configuration":
            return self.about
        command = ["python", "-m", "awslambdaric", "tiny.handler"]
        return {"Configuration": {"ImageConfigResponse": {"ImageConfig": {"Command": command}}}}


@pytest.fixture
def make(tmp_path: Path, processes: Processes) -> Make:
    (tmp_path / "tiny.py").write_text(HANDLER)

    def start(seconds: int = 10, **variables: str) -> Function:
        return Function(FakeLambda(tmp_path, variables, seconds), "f", processes, tmp_path)

    return start


def invoke(function: Function, **event: Any) -> tuple[Any, str]:
    payload, error = function.invoke(json.dumps(event).encode(), ARN)
    return json.loads(payload), error


def test_an_event_is_answered_with_the_context_that_lambda_gives(make: Make) -> None:
    answer, error = invoke(make(), greeting="ä")
    assert error == ""
    assert answer["event"] == {"greeting": "ä"}
    assert (answer["arn"], answer["name"], answer["memory"]) == (ARN, "f", "512")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer["id"])
    assert 5000 < answer["left"] <= 10000
    assert answer["trace"].startswith("Root=1-")


def test_an_exception_is_an_error_and_the_process_lives_on(make: Make) -> None:
    function = make()
    answer, error = invoke(function, **{"raise": True})
    assert (answer["errorType"], answer["errorMessage"]) == ("RuntimeError", "no answer")
    assert error == "Function.Unknown"  # the client names no type in its header
    first, _ = invoke(function)
    second, _ = invoke(function)
    assert first["pid"] == second["pid"]
    assert first["id"] != second["id"]


def test_a_process_that_ends_loses_its_event_and_starts_again_for_the_next(make: Make) -> None:
    function = make()
    answer, error = invoke(function, exit=True)
    assert error == "Runtime.ExitError"
    assert "exit status 3" in answer["errorMessage"]
    assert invoke(function, again=1)[0]["event"] == {"again": 1}


def test_a_function_that_takes_too_long_is_ended_at_its_time_out(make: Make) -> None:
    function = make(seconds=1)
    before = invoke(function)[0]["pid"]
    began = time.monotonic()
    answer, error = invoke(function, sleep=30)
    assert error == "Sandbox.Timedout"
    assert answer["errorMessage"].endswith("Task timed out after 1.00 seconds")
    after, error = invoke(function)
    assert error == ""
    assert after["pid"] != before
    assert time.monotonic() - began < 15  # not the 30 that it would sleep


@pytest.mark.parametrize(("way", "kind"), [("raise", "ValueError"), ("exit", "Runtime.ExitError")])
def test_a_function_that_cannot_start_answers_with_why(make: Make, way: str, kind: str) -> None:
    answer, error = invoke(make(FAIL_AT_INIT=way))
    assert error
    assert kind in answer["errorType"]


def test_events_wait_their_turn_before_one_instance(make: Make) -> None:
    function, pids = make(), []
    threads = [
        threading.Thread(target=lambda: pids.append(invoke(function, sleep=0.05)[0]["pid"])) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pids) == 6
    assert len(set(pids)) == 1


def test_its_variables_are_lambda_s_own_and_the_way_to_this_aws(tmp_path: Path) -> None:
    aws = FakeLambda(tmp_path, {"A": "b"}, 3)
    assert environment(aws.about, aws, "127.0.0.1:9") == {
        "PYTHONPATH": str(tmp_path),
        "A": "b",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "TZ": ":UTC",
        **aws.environment(),
    }


def post(api: RuntimeApi, path: str, body: bytes = b"{}") -> tuple[int, Any]:
    connection = http.client.HTTPConnection(api.address, timeout=5)
    try:
        connection.request("POST", f"{VERSION}{path}", body)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_an_answer_to_another_event_and_an_unknown_path_are_refused() -> None:
    api = RuntimeApi()
    assert post(api, "/invocation/unknown/response")[0] == 400
    assert post(api, "/elsewhere")[0] == 404


def test_the_headers_of_an_event_are_lambda_s() -> None:
    api = RuntimeApi()
    invocation = Invocation(b'{"a":1}', ARN, 28)
    api.submit(invocation)
    connection = http.client.HTTPConnection(api.address, timeout=5)
    connection.request("GET", f"{VERSION}/invocation/next")
    answer = connection.getresponse()
    assert answer.read() == b'{"a":1}'
    assert answer.headers["Lambda-Runtime-Aws-Request-Id"] == invocation.id
    assert answer.headers["Lambda-Runtime-Invoked-Function-Arn"] == ARN
    assert post(api, "/invocation/another/response")[0] == 400
    assert not invocation.done.is_set()
    left = int(answer.headers["Lambda-Runtime-Deadline-Ms"]) / 1000 - time.time()
    assert 26 < left <= 28
    assert post(api, f"/invocation/{invocation.id}/response", b'"done"') == (202, {"status": "OK"})
    connection.close()
    assert invocation.done.wait(5)
    assert (invocation.payload, invocation.error) == (b'"done"', "")


def test_chunks_are_put_together_and_limited() -> None:
    import io

    assert read_chunks(io.BytesIO(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n")) == b"abcde"
    for broken in (b"zz\r\n", b"", b"5\r\nabcde\r\n"):
        with pytest.raises(ValueError, match=r"invalid literal|bytes"):
            read_chunks(io.BytesIO(broken), 4)


def test_the_interpreter_of_a_function_is_this_one(make: Make) -> None:
    assert make()._command[0] == sys.executable
