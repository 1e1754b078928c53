"""What is counted, exactly: over two workers, through a worker's death, in both formats; what never is."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from inference_app.hosts.assembly import Application, assemble
from inference_app.hosts.metrics_port import MetricsPort
from inference_app.models.loaded_model import Prediction
from inference_app.serving.messages import Answer, Predicted, Request
from inference_app.settings import read_settings
from inference_app.telemetry.buckets import SECONDS
from inference_app.telemetry.exposition import HostFigures, exposition
from inference_app.telemetry.families import FAMILIES
from inference_app.telemetry.metrics import WorkerMetrics
from inference_app.telemetry.note import note_of
from inference_app.telemetry.notebook import LATEST_SECONDS, Notebook
from inference_app.telemetry.pages import Page
from tests.app.support.doors import Asked, Door, alb, function, http_v2, over_socket, rest_v1
from tests.app.support.environment import PASSWORD, USER, environment
from tests.app.support.process import free_port, running, status

Samples = dict[str, float]
read_openmetrics: Callable[[str], Iterable[Metric]] = parse_openmetrics
ROW = {"x": [0, 1, 0, 27.5]}  # warm for certain


def scrape(port: int, accept: str = "") -> tuple[str, str]:
    """The content type and the text of METRICS_PORT."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/metrics", headers={"Accept": accept} if accept else {})
    response = connection.getresponse()
    text = response.read().decode()
    assert response.status == 200
    connection.close()
    return response.headers["Content-Type"], text


def samples(text: str) -> Samples:
    """Each sample by `name{labels}`, labels sorted by their names, as Prometheus would read them."""
    found = {}
    for family in parse_text(text):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def chosen(found: Samples, *parts: str) -> Samples:
    """The samples whose name and labels hold every one of `parts`."""
    return {key: value for key, value in found.items() if all(part in key for part in parts)}


class Watched:
    """A server of two workers, its metrics, and a bearer token."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, metrics_port: int) -> None:
        self.process, self.port, self.metrics_port = process, port, metrics_port
        self.ask = over_socket(port)
        self.headers = {"Content-Type": "application/json"}
        reply = self.login(PASSWORD)
        self.headers["Authorization"] = f"Bearer {json.loads(reply.body)['access_token']}"

    def login(self, password: str) -> Any:
        body = json.dumps({"username": USER, "password": password}).encode()
        return self.ask(Asked("POST", "/login", headers={"Content-Type": "application/json"}, body=body))

    def post(self, path: str, document: object) -> int:
        asked = Asked("POST", path, headers=self.headers, body=json.dumps(document).encode())
        return self.ask(asked).status

    @property
    def now(self) -> Samples:
        """The samples once every note is worked up."""
        time.sleep(2 * LATEST_SECONDS)
        return samples(scrape(self.metrics_port)[1])


@pytest.fixture(scope="module")
def watched(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    log, metrics_port = tmp_path_factory.mktemp("watched") / "log", free_port()
    two = {"CPU_UNITS": "2048", "MEMORY_MIB": "4096", "METRICS_PORT": str(metrics_port), "LOG_LEVEL": "error"}
    with running({**environ, **two}, log) as (process, port):
        yield Watched(process, port, metrics_port)


def test_known_requests_are_counted_exactly_over_two_workers(watched: Watched) -> None:
    before = watched.now
    assert before["inference_model_loads_total{model=days,version=1.0.0}"] == 2  # each worker its own
    assert before["inference_workers_ready"] == 2
    for _ in range(20):
        assert watched.post("/predict", ROW) == 200
    assert watched.post("/predict", {"instances": [[0, 1, 0, 27.5], [0, 1, 0, -40], [1, 0, 0, 27.5]]}) == 200
    assert watched.post("/models/line/predict", {"instances": [[0], [1], [2], [3]]}) == 200
    assert watched.post("/predict", {"x": [1]}) == 400
    assert watched.post("/nope", {}) == 404
    assert watched.login("wrong").status == 401
    after = watched.now
    grown = {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}
    assert chosen(grown, "inference_requests_total") == {
        "inference_requests_total{route=/predict,status=200}": 21,
        "inference_requests_total{route=/predict,status=400}": 1,
        "inference_requests_total{route=/models/{name}/predict,status=200}": 1,
        "inference_requests_total{route=unmatched,status=404}": 1,
        "inference_requests_total{route=/login,status=401}": 1,
    }
    assert chosen(grown, "inference_errors_total") == {
        "inference_errors_total{code=invalid_input,route=/predict,status=400}": 1,
        "inference_errors_total{code=not_found,route=unmatched,status=404}": 1,
        "inference_errors_total{code=unauthorized,route=/login,status=401}": 1,
    }
    assert chosen(grown, "inference_predictions_total") == {
        "inference_predictions_total{class=1,model=days,version=1.0.0}": 22,
        "inference_predictions_total{class=0,model=days,version=1.0.0}": 1,
        "inference_predictions_total{model=line,version=1.0.0}": 4,
    }
    assert chosen(grown, "inference_login_failures_total") == {
        "inference_login_failures_total{reason=wrong}": 1
    }
    assert grown["inference_confidence_count{model=days,version=1.0.0}"] == 23
    assert grown["inference_request_seconds_count{route=/predict}"] == 22
    assert grown["inference_request_seconds_bucket{le=+Inf,route=/predict}"] == 22
    assert 0 < grown["inference_request_seconds_sum{route=/predict}"] < 22


def test_a_killed_workers_counts_stay_and_its_heir_goes_on_with_them(watched: Watched) -> None:
    for _ in range(10):
        assert watched.post("/predict", ROW) == 200
    before = watched.now
    children = Path(f"/proc/{watched.process.pid}/task/{watched.process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    until = time.monotonic() + 20
    while (now := watched.now)["inference_worker_restarts_total"] == 0 or now["inference_workers_ready"] < 2:
        assert time.monotonic() < until
        time.sleep(0.05)
    for key, value in before.items():
        if "_total" in key or "_bucket" in key or "_count" in key:
            assert now[key] >= value, key
    key = "inference_requests_total{route=/predict,status=200}"
    assert now[key] == before[key]
    assert now["inference_model_loads_total{model=days,version=1.0.0}"] == 3
    for _ in range(20):
        assert watched.post("/predict", ROW) == 200
    assert watched.now[key] == before[key] + 20


def test_what_a_client_writes_never_becomes_a_label(watched: Watched) -> None:
    watched.post("/models/first-nope/predict", {})
    before = set(watched.now)
    for number in range(20):
        watched.ask(
            Asked(f"X{number}", f"/secret-{number}", "a=b", {**watched.headers, "X-Request-Id": "s" * 9})
        )
        watched.post(f"/models/secret-{number}/predict", {"instances": [[0]]})
        watched.login(f"secret-{number}")
    after = watched.now
    new = {key.partition("{")[0] for key in set(after) - before}
    assert new <= {"inference_requests_total", "inference_errors_total"}  # a 429 of the login, say
    assert not chosen(after, "secret")
    assert "inference_requests_total{route=/models/{name}/predict,status=404}" in after


def test_what_the_host_refuses_by_itself_is_counted(watched: Watched) -> None:
    key = "inference_errors_total{code=malformed_request,route=unmatched,status=400}"
    before = watched.now.get(key, 0)
    with socket.create_connection(("127.0.0.1", watched.port), timeout=5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nbroken\r\n\r\n")
        assert connection.recv(12).endswith(b" 400")
    assert watched.now[key] == before + 1


def test_both_formats_are_what_prometheus_reads(watched: Watched) -> None:
    content_type, text = scrape(watched.metrics_port)
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    names = {family.name: family.type for family in parse_text(text)}
    assert names == {
        family.name.removesuffix("_total") if family.kind == "counter" else family.name: family.kind
        for family in FAMILIES
    }
    content_type, text = scrape(watched.metrics_port, "application/openmetrics-text;version=1.0.0,*/*;q=0.1")
    assert content_type.startswith("application/openmetrics-text; version=1.0.0")
    assert {family.name: family.type for family in read_openmetrics(text)} == names
    assert text.endswith("# EOF\n")


def test_metrics_are_on_their_own_port_alone(watched: Watched, application: Application) -> None:
    assert status(watched.port, "/metrics") == 404
    assert status(watched.metrics_port, "/predict") == 404
    doors: list[Door] = [function(application, shape) for shape in (rest_v1, http_v2, alb)]
    assert [door(Asked("GET", "/metrics")).status for door in doors] == [404, 404, 404]


def test_an_exposition_larger_than_the_sockets_buffers_arrives_whole() -> None:
    large = 16 * 1024 * 1024 * b"x"
    selector = selectors.PollSelector()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = MetricsPort(listener, selector, lambda accept: (f"text/{accept}", large), lambda: 0.0)
        with socket.create_connection(listener.getsockname()) as client:
            client.sendall(b"GET /metrics HTTP/1.1\r\nACCEPT: any\r\n\r\n")
            client.setblocking(False)
            received = bytearray()
            while not received.endswith(b"xxx") or len(received) < len(large):
                for key, _ in selector.select(0):
                    key.data()
                with contextlib.suppress(BlockingIOError):
                    chunk = client.recv(1 << 20)
                    assert chunk, f"closed after {len(received)} bytes"
                    received += chunk
        port.close()
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/any\r\n")
    assert body == large


def test_off_means_the_hosts_own_figures_alone(environ: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    off = {"METRICS": "0", "METRICS_PORT": str(port)}
    with running({**environ, **off}, tmp_path / "log", ready="/healthz"):
        found = samples(scrape(port)[1])
    assert found["inference_workers"] == 1
    assert not chosen(found, "inference_requests_total")


def test_loads_and_failures_are_counted_by_model_and_reason(
    tmp_path: Path, releases: list[dict[str, str]]
) -> None:
    missing = {**releases[0], "name": "away", "uri": "/nowhere"}
    wrong = {**releases[1], "name": "other"}
    settings = read_settings(environment(tmp_path, [releases[0], missing, wrong], default="line"))
    page = Page()
    assert not assemble(settings, notebook=Notebook(page)).load()
    found = samples(exposition(HostFigures(0, 1), [page])[1].decode())
    assert chosen(found, "inference_model_load") == {
        "inference_model_loads_total{model=line,version=1.0.0}": 1,
        "inference_model_load_failures_total{model=away,reason=unreadable}": 1,
        "inference_model_load_failures_total{model=other,reason=refused}": 1,
    }


def answered(metrics: WorkerMetrics, prediction: Prediction, route: str = "/predict") -> None:
    """Records one answer of half a millisecond with `prediction`."""
    request = Request("POST", route, "", {}, b"", "", "r" * 8)
    predicted = Predicted("m", "1", prediction)
    metrics.count([note_of(request, Answer(200, (), b"", route, predicted), 0.0005)])


def test_the_exposition_of_one_request_line_by_line() -> None:
    answered(
        WorkerMetrics(page := Page()), Prediction(np.array(["no"]), np.array([[0.9, 0.1]]), ("no", "yes"))
    )
    content_type, text = exposition(HostFigures(1.5, 2), [page])
    lines = [line for line in text.decode().splitlines() if not line.startswith("#")]
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert [line for line in lines if "workers" not in line and "build" not in line] == [
        'inference_requests_total{route="/predict",status="200"} 1.0',
        *(f'inference_request_seconds_bucket{{le="{le}",route="/predict"}} 0.0' for le in SECONDS[:2]),
        *(
            f'inference_request_seconds_bucket{{le="{le}",route="/predict"}} 1.0'
            for le in (*SECONDS[2:], "+Inf")
        ),
        'inference_request_seconds_count{route="/predict"} 1.0',
        'inference_request_seconds_sum{route="/predict"} 0.0005',
        'inference_predictions_total{class="no",model="m",version="1"} 1.0',
        'inference_predictions_total{class="yes",model="m",version="1"} 0.0',
        *(
            f'inference_confidence_bucket{{le="0.{le}",model="m",version="1"}} 0.0'
            for le in range(1, 9)
        ),
        *(
            f'inference_confidence_bucket{{le="{le}",model="m",version="1"}} 1.0'
            for le in ("0.9", "0.95", "0.99", "1.0", "+Inf")
        ),
        'inference_confidence_count{model="m",version="1"} 1.0',
        'inference_confidence_sum{model="m",version="1"} 0.9',
        'inference_login_failures_total{reason="throttled"} 0.0',
        'inference_login_failures_total{reason="wrong"} 0.0',
        "inference_start_time_seconds 1.5",
        "inference_worker_restarts_total 0.0",
        "inference_draining 0.0",
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [1, 2, 8, 9, 1000])
def test_many_rows_count_like_as_many_single_ones(rows: int) -> None:
    generator = np.random.default_rng(rows)
    tops = np.concatenate([generator.uniform(0.5, 1.0, rows - 1), [0.9]])  # 0.9: a bound itself
    probabilities = np.stack([1 - tops, tops], axis=1)
    values = generator.integers(0, 2, rows)
    together, apart = Page(), Page()
    answered(WorkerMetrics(together), Prediction(values, probabilities, (0, 1)))
    one_by_one = WorkerMetrics(apart)
    for row in range(rows):
        answered(one_by_one, Prediction(values[row : row + 1], probabilities[row : row + 1], (0, 1)))
    shown, expected = (
        chosen(samples(exposition(HostFigures(0, 1), [page])[1].decode()), "model=m")
        for page in (together, apart)
    )
    assert shown == pytest.approx(expected)
    assert shown["inference_confidence_count{model=m,version=1}"] == rows


@pytest.mark.parametrize("rows", [1, 20])
def test_a_value_that_is_no_class_of_the_manifest_has_no_label(rows: int) -> None:
    answered(WorkerMetrics(page := Page()), Prediction(np.array(rows * [7]), None, (0, True)))
    found = chosen(samples(exposition(HostFigures(0, 1), [page])[1].decode()), "predictions")
    assert found == {
        "inference_predictions_total{class=0,model=m,version=1}": 0,
        "inference_predictions_total{class=true,model=m,version=1}": 0,
    }


def test_a_page_is_shared_with_a_forked_child_and_gone_on_with_by_the_next() -> None:
    page = Page()
    for _ in range(2):
        child = os.fork()
        if child == 0:
            WorkerMetrics(page).failed("m", "refused")
            os._exit(0)
        os.waitpid(child, 0)
    ((series),) = page.series()
    assert (series.kind, series.labels, page.values(series)) == (
        "model_load_failures",
        ("m", "refused"),
        [2.0],
    )


@pytest.mark.parametrize(("page_bytes", "directory_bytes"), [(4096, 512), (2048, 1536)])
def test_a_full_page_counts_on_what_it_has_and_fails_nobody(page_bytes: int, directory_bytes: int) -> None:
    page = Page(page_bytes, directory_bytes)
    metrics = WorkerMetrics(page)
    for number in range(30):
        answered(metrics, Prediction(np.array([1.0])), f"/route-{number}")
        answered(metrics, Prediction(np.array([0]), np.array([[1.0]]), tuple(range(100))), "/route-0")
    found = samples(exposition(HostFigures(0, 1), [page])[1].decode())
    assert found["inference_requests_total{route=/route-0,status=200}"] == 31
    assert len(chosen(found, "inference_requests_total")) < 30
