"""Pages for what the AWS console would show: a stack's dashboards, so that their addresses answer, too."""

import json
from collections.abc import Callable, Iterable
from html import escape
from typing import Any
from urllib.parse import unquote

PREFIX = "/dashboards/"
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def with_dashboards(application: Application, find: Callable[[str], str | None]) -> Application:
    """`application`, and pages under /dashboards/<name>; `find` returns a dashboard's body (JSON)."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return application(environ, start_response)
        name = unquote(path.removeprefix(PREFIX))
        body = find(name)
        status, text = (
            ("200 OK", page(name, body)) if body else ("404 Not Found", page(name, '{"widgets": []}'))
        )
        content = text.encode()
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(content)))]
        start_response(status, headers)
        return [content]

    return serve


def find_dashboard(name: str) -> str | None:
    """The body of a dashboard that moto holds, in whatever region."""
    from moto.cloudwatch.models import cloudwatch_backends

    from .aws import ACCOUNT

    for backend in list(cloudwatch_backends[ACCOUNT].values()):
        if dashboard := backend.dashboards.get(name):
            return str(dashboard.body)
    return None


def page(name: str, body: str) -> str:
    """Title and metrics of each widget; there are no values here, moto measures nothing."""
    rows = "".join(
        f"<h2>{escape(str(widget.get('properties', {}).get('title', widget.get('type', ''))))}</h2>"
        f"<pre>{escape(json.dumps(widget.get('properties', {}).get('metrics', []), indent=1))}</pre>"
        for widget in json.loads(body)["widgets"]
    )
    title = escape(name)
    return f"<!doctype html><title>{title}</title><h1>{title}</h1>{rows or '<p>no such dashboard</p>'}\n"
