"""The front turns HTTP into version 2.0 events and answers into HTTP, as an HTTP API of API Gateway does."""

import base64
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local_cloud.events import Request, event_of, response_of
from local_cloud.http_front import LARGEST_BODY, LARGEST_PAYLOAD, Api, answer, serve
from local_cloud.ports import bind

API = Api(
    "api1",
    "123456789012",
    "eu-central-1",
    "$default",
    {
        "$default": "arn:f:live",
        "POST /login": "arn:login",
        "GET /models/{name}": "arn:model",
        "ANY /models/{rest+}": "arn:rest",
    },
)
Send = Callable[..., tuple[int, dict[str, str], bytes]]


class Echo:
    """A function that keeps its events and answers with `reply`."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.arns: list[str] = []
        self.reply: Any = {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": "ok"}
        self.error = ""

    def invoke(self, event: bytes, arn: str) -> tuple[bytes, str]:
        self.events.append(json.loads(event))
        self.arns.append(arn)
        return json.dumps(self.reply).encode(), self.error


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def send(echo: Echo) -> Iterator[Send]:
    listener = bind(0)
    port = listener.getsockname()[1]
    serve(listener, API, echo.invoke)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def request(
        method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **options: Any
    ) -> tuple[int, dict[str, str], bytes]:
        connection.request(method, path, body, headers or {}, **options)
        reply = connection.getresponse()
        return reply.status, {key.lower(): value for key, value in reply.getheaders()}, reply.read()

    yield request
    connection.close()
    listener.close()


def test_a_request_becomes_an_event_with_all_that_it_said(send: Send, echo: Echo) -> None:
    send(
        "POST",
        "/a%20b/c?x=1&x=2&y=%C3%A4&z",
        json.dumps({"a": "ä"}, ensure_ascii=False).encode(),
        {"Content-Type": "application/json", "Cookie": "a=1; b=2", "X-Forwarded-For": "9.9.9.9", "X-A": "b"},
    )
    event = echo.events[0]
    assert (event["version"], event["routeKey"]) == ("2.0", "$default")
    assert (event["rawPath"], event["rawQueryString"]) == ("/a%20b/c", "x=1&x=2&y=%C3%A4&z")
    assert event["queryStringParameters"] == {"x": "1,2", "y": "ä", "z": ""}
    assert event["cookies"] == ["a=1", "b=2"]
    assert (event["body"], event["isBase64Encoded"]) == ('{"a": "ä"}', False)
    headers = event["headers"]
    assert (headers["x-a"], headers["x-forwarded-for"]) == ("b", "9.9.9.9, 127.0.0.1")
    assert headers["content-length"] == "11"
    assert {"cookie", "connection"}.isdisjoint(headers)
    context = event["requestContext"]
    assert (context["apiId"], context["stage"], context["accountId"]) == ("api1", "$default", "123456789012")
    about = context["http"]
    assert (about["method"], about["path"], about["sourceIp"]) == ("POST", "/a%20b/c", "127.0.0.1")
    assert about["protocol"] == "HTTP/1.1"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (bytes(range(256)), {"Content-Type": "application/octet-stream"}),
        (b"\xff\xfe{}", {"Content-Type": "application/json"}),
        (b"{}", {"Content-Type": "application/json", "Content-Encoding": "gzip"}),
        (b"text without a type", {}),
    ],
)
def test_what_is_no_text_travels_in_base64_both_ways(
    send: Send, echo: Echo, body: bytes, headers: dict[str, str]
) -> None:
    echo.reply = {
        "statusCode": 201,
        "headers": {"content-type": "image/png"},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    status, answered, content = send("PUT", "/", body, headers)
    assert echo.events[0]["isBase64Encoded"] is True
    assert base64.b64decode(echo.events[0]["body"]) == body
    assert (status, answered["content-type"], content) == (201, "image/png", body)


def test_a_body_in_chunks_arrives_whole(send: Send, echo: Echo) -> None:
    send("POST", "/", iter([b"ab", b"cd"]), {"Content-Type": "text/plain"}, encode_chunked=True)
    assert echo.events[0]["body"] == "abcd"
    assert "transfer-encoding" not in echo.events[0]["headers"]


def test_cookies_and_headers_of_an_answer_arrive_but_for_the_connection_s(send: Send, echo: Echo) -> None:
    echo.reply = {
        "statusCode": 200,
        "headers": {"x-a": "b", "transfer-encoding": "chunked", "content-length": "999"},
        "cookies": ["a=1"],
        "body": "ä",
    }
    status, headers, body = send("GET", "/")
    assert (status, headers["x-a"], headers["set-cookie"], body) == (200, "b", "a=1", "ä".encode())
    assert headers["content-length"] == "2"
    assert headers["apigw-requestid"]


@pytest.mark.parametrize(
    ("method", "path", "arn", "key", "parameters"),
    [
        ("POST", "/login", "arn:login", "POST /login", None),
        ("GET", "/login", "arn:f:live", "$default", None),
        ("GET", "/models/a%20b", "arn:model", "GET /models/{name}", {"name": "a b"}),
        ("POST", "/models/a", "arn:rest", "ANY /models/{rest+}", {"rest": "a"}),
        ("GET", "/models/a/b", "arn:rest", "ANY /models/{rest+}", {"rest": "a/b"}),
    ],
)
def test_the_most_specific_route_decides_which_function_is_called(
    send: Send, echo: Echo, method: str, path: str, arn: str, key: str, parameters: Any
) -> None:
    send(method, path)
    assert echo.arns == [arn]
    assert echo.events[0]["routeKey"] == echo.events[0]["requestContext"]["routeKey"] == key
    assert echo.events[0].get("pathParameters") == parameters


def asked(body: bytes = b"", target: str = "/") -> Request:
    return Request("POST", target, [("Content-Type", "application/json")], body, "127.0.0.1")


def test_a_path_without_a_route_is_the_gateway_s_own_404(echo: Echo) -> None:
    api = Api("a", "1", "eu-central-1", "$default", {"GET /x": "arn"})
    reply = answer(asked(target="/y"), api, echo.invoke)
    assert (reply.status, json.loads(reply.body)) == (404, {"message": "Not Found"})
    assert echo.events == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b" " * (LARGEST_PAYLOAD - 2000), 200),
        (b" " * LARGEST_PAYLOAD, 413),
        (b"\xff" * (LARGEST_PAYLOAD * 3 // 4), 413),  # base64 makes it a third longer
    ],
)
def test_an_event_of_more_than_6_mb_is_refused(echo: Echo, body: bytes, status: int) -> None:
    assert answer(asked(body), API, echo.invoke).status == status
    assert len(echo.events) == (status == 200)


def test_a_declared_length_above_the_gateway_s_limit_is_refused_unread(send: Send, echo: Echo) -> None:
    status, headers, _ = send("POST", "/", b"", {"Content-Length": str(LARGEST_BODY + 1)})
    assert (status, headers["connection"]) == (413, "close")
    assert echo.events == []


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        ("RuntimeError", 500, "Internal Server Error"),
        ("Runtime.ExitError", 500, "Internal Server Error"),
        ("Sandbox.Timedout", 503, "Service Unavailable"),
    ],
)
def test_a_function_s_error_is_the_gateway_s_own(echo: Echo, error: str, status: int, message: str) -> None:
    echo.error = error
    reply = answer(asked(), API, echo.invoke)
    assert (reply.status, json.loads(reply.body)) == (status, {"message": message})


@pytest.mark.parametrize(
    ("payload", "status", "body"),
    [
        (b'{"statusCode": 204}', 204, b""),
        (b'{"statusCode": "418", "body": "x"}', 418, b"x"),
        (b'{"prediction": 1}', 200, b'{"prediction": 1}'),
        (b'"text"', 200, b"text"),
        (b'{"statusCode": 200, "body": 3}', 500, b'{"message": "Internal Server Error"}'),
        (b'{"statusCode": 200, "body": "?", "isBase64Encoded": true}', 500, None),
        (b"no JSON", 500, b'{"message": "Internal Server Error"}'),
    ],
)
def test_an_answer_is_read_as_version_2_says(payload: bytes, status: int, body: bytes | None) -> None:
    reply = response_of(payload, "")
    assert reply.status == status
    assert body is None or reply.body == body


def test_head_and_204_have_no_body_and_the_connection_stays_usable(send: Send, echo: Echo) -> None:
    assert send("HEAD", "/")[2] == b""
    echo.reply = {"statusCode": 204}
    status, headers, body = send("GET", "/")
    assert (status, body) == (204, b"")
    assert "content-length" not in headers
    echo.reply = {"statusCode": 200, "body": "ok"}
    assert send("GET", "/")[2] == b"ok"


def test_a_request_that_is_no_http_is_answered_in_json() -> None:
    import socket

    listener = bind(0)
    serve(listener, API, Echo().invoke)
    with socket.create_connection(listener.getsockname(), timeout=5) as raw:
        raw.sendall(b"GARBAGE / x y z\r\n\r\n")
        received = raw.makefile("rb").read()
    listener.close()
    assert received.startswith(b"HTTP/1.1 400")
    assert b'{"message": ' in received


def test_requests_reach_the_function_side_by_side(echo: Echo) -> None:
    together = threading.Barrier(2, timeout=5)

    def invoke(event: bytes, arn: str) -> tuple[bytes, str]:
        together.wait()
        return echo.invoke(event, arn)

    listener = bind(0)
    port = listener.getsockname()[1]
    serve(listener, API, invoke)
    statuses = []

    def get() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        statuses.append(connection.getresponse().status)
        connection.close()

    threads = [threading.Thread(target=get) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    listener.close()
    assert statuses == [200, 200]


def test_an_event_without_a_body_or_cookies_has_no_such_keys() -> None:
    event = event_of(Request("GET", "/", [], b"", "::1"), {"id": "a", "account": "1", "stage": "s"}, "k", {})
    assert {"body", "cookies", "queryStringParameters", "pathParameters"}.isdisjoint(event)
    assert event["isBase64Encoded"] is False
