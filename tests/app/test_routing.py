"""What the router promises: templates with several names, fixed paths first, no empty names."""

from __future__ import annotations

import pytest

from inference_app.serving.messages import Answer
from inference_app.serving.routing import Route, Router


def nothing() -> Answer:
    return Answer(200, (), b"")


def router(*paths: str) -> Router:
    return Router(Route(path, {"GET": nothing}) for path in paths)


MODELS = router(
    "/",
    "/m",
    "/m/{name}",
    "/m/{name}/ready",
    "/m/{name}/infer",
    "/m/latest",
    "/m/{name}/versions/{version}",
    "/m/{name}/versions/{version}/infer",
)


@pytest.mark.parametrize(
    ("path", "template", "names"),
    [
        ("/", "/", {}),
        ("/m", "/m", {}),
        ("/m/a", "/m/{name}", {"name": "a"}),
        ("/m/a b%", "/m/{name}", {"name": "a b%"}),
        ("/m/latest", "/m/latest", {}),
        ("/m/a/ready", "/m/{name}/ready", {"name": "a"}),
        ("/m/a/infer", "/m/{name}/infer", {"name": "a"}),
        ("/m/a/versions/1.0", "/m/{name}/versions/{version}", {"name": "a", "version": "1.0"}),
        ("/m/x/versions/y/infer", "/m/{name}/versions/{version}/infer", {"name": "x", "version": "y"}),
    ],
)
def test_a_path_finds_its_template_and_the_names_in_it(
    path: str, template: str, names: dict[str, str]
) -> None:
    route, found = MODELS.find(path)
    assert route is not None
    assert (route.path, found) == (template, names)


@pytest.mark.parametrize(
    "path",
    [
        *("", "m", "/m/", "/m//ready", "/m//versions/1", "/m/a/versions/", "/m/a/version/1", "/m/a/READY"),
        *("/m/a/ready/", "/m/{name}/{version}", "//m", "/n/a", "/m/a/versions/1/ready", "/m/a/b/c/d/e/f"),
    ],
)
def test_any_other_path_finds_nothing(path: str) -> None:
    assert MODELS.find(path) == (None, {})


def test_head_is_allowed_wherever_get_is() -> None:
    assert Route("/x", {"GET": nothing, "POST": nothing}).methods == ["GET", "HEAD", "POST"]
    assert Route("/x", {"POST": nothing}).methods == ["POST"]
