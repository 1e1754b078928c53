"""docs/operations.md about metrics: its table is the code's, its queries name what a server shows."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from inference_app.models.loaded_model import Prediction
from inference_app.serving.answer import ROUTES
from inference_app.serving.messages import Answer, Predicted, Request
from inference_app.telemetry.exposition import HostFigures, exposition
from inference_app.telemetry.families import FAMILIES
from inference_app.telemetry.metrics import WorkerMetrics
from inference_app.telemetry.note import note_of
from inference_app.telemetry.pages import Page

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^```promql\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[0].splitlines()
SELECTOR = re.compile(r"(inference_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!~|=|!=)"([^"]*)"')


def block(language: str) -> str:
    """The only block of that language."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return str(text)


@pytest.fixture(scope="module")
def shown() -> list[tuple[str, dict[str, str]]]:
    """Every sample after one answer of each route: its name and its labels."""
    page = Page()
    request = Request("POST", "", "", {}, b"", "", "r" * 8)
    predicted = Predicted("m", "1", Prediction(np.array([1]), np.array([[0.3, 0.7]]), (0, 1)))
    answers = [Answer(200, (), b"", route.path, predicted) for route in ROUTES]
    answers.append(Answer(503, (), b"", "/predict", None, "not_ready"))
    WorkerMetrics(page).count([note_of(request, answer, 0.001) for answer in answers])
    lines = exposition(HostFigures(0, 1), [page])[1].decode().splitlines()
    samples = [re.fullmatch(r"(\w+)(?:\{(.*)\})? \S+", line) for line in lines if line[0] != "#"]
    return [(found[1], dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))) for found in samples if found]


def test_the_table_of_metrics_is_the_codes() -> None:
    rows = re.findall(r"^\| `(inference_\w+)` \| (\w+) \| (.*?) \| (.*) \|$", PAGE, re.MULTILINE)
    assert [
        (name, kind, tuple(re.findall(r"`(\w+)`", labels)), text) for name, kind, labels, text in rows
    ] == [(family.name, family.kind, family.labels, family.meaning) for family in FAMILIES]


@pytest.mark.parametrize("query", QUERIES)
def test_every_selector_of_a_query_finds_samples(query: str, shown: list[tuple[str, dict[str, str]]]) -> None:
    selectors = SELECTOR.findall(query)
    assert len(selectors) == query.count("inference_") > 0
    for name, matchers in selectors:
        found = [labels for sample, labels in shown if sample == name]
        for label, operator, value in MATCHER.findall(matchers):
            wanted = operator[0] == "="
            pattern = value if "~" in operator else re.escape(value)
            assert all(label in labels for labels in found), (name, label)
            found = [labels for labels in found if bool(re.fullmatch(pattern, labels[label])) is wanted]
        assert found, f"{name}{{{matchers}}} finds nothing"


def test_latency_looks_at_every_route_that_predicts_and_no_other(
    shown: list[tuple[str, dict[str, str]]],
) -> None:
    (pattern,) = re.findall(r'route=~"([^"]*)"', QUERIES[1])
    routes = {labels["route"] for name, labels in shown if name == "inference_requests_total"}
    found = {route for route in routes if re.fullmatch(pattern, route)}
    assert found == {route for route in routes if "/predict" in route or route.endswith("/infer")}


def test_the_scrape_configuration_is_yaml_with_a_job() -> None:
    (job,) = yaml.safe_load(block("yaml"))["scrape_configs"]
    assert job["job_name"] == "spot-inference"
    assert job["file_sd_configs"][0]["files"][0] in PAGE.partition("```yaml")[0]
