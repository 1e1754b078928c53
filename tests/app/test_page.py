"""The page and its files: who gets which, what a browser may keep, and that nothing comes from elsewhere."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest

from inference_app.serving.accept import accepted_encoding, header_values, prefers_html
from inference_app.web.page import POLICIES, STATIC, VIEWER_FILES, page_file, page_names, viewer_file
from tests.app.support.doors import Asked, Door, Reply

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
FILES = [f"/static/{name}" for name in page_names()] + [f"/docs/{name}" for name in VIEWER_FILES]


def get(ask: Door, path: str, **headers: str) -> Reply:
    return ask(Asked("GET", path, headers={key.replace("_", "-"): value for key, value in headers.items()}))


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("TEXT/HTML;level=1", True),
        ("text/*", True),
        ("application/json;q=0.9, text/html", True),
        ("text/html;q=0.5, */*;q=0.4", True),
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("text/html;q=0", False),
        ("text/html;q=0.5, application/json", False),
        ("text/html, application/json", False),
        ("image/png", False),
        (";;q=,,", False),
    ],
)
def test_who_ranks_html_above_json_gets_the_page(accept: str, html: bool, ask: Door) -> None:
    assert prefers_html(accept) is html
    reply = get(ask, "/", Accept=accept)
    assert reply.headers["content-type"] == ("text/html; charset=utf-8" if html else "application/json")
    assert "Accept" in header_values(reply.headers["vary"])


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("br, gzip;q=0.2", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0, *", False),
    ],
)
def test_gzip_is_sent_to_who_takes_it(header: str, taken: bool, ask: Door) -> None:
    assert accepted_encoding(header, ["gzip"]) == ("gzip" if taken else None)
    reply = get(ask, "/static/app.js", Accept_Encoding=header)
    assert reply.headers.get("content-encoding") == ("gzip" if taken else None)
    content = gzip.decompress(reply.body) if taken else reply.body
    assert content == (STATIC / "app.js").read_bytes()


@pytest.mark.parametrize("path", ["/docs", *FILES])
def test_every_file_is_kept_by_its_etag(path: str, ask: Door) -> None:
    reply = get(ask, path)
    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-cache"
    etag = reply.headers["etag"]
    for known in (etag, f'W/{etag}, "other"', "*"):
        again = get(ask, path, If_None_Match=known)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert get(ask, path, If_None_Match='"other"').status == 200
    assert get(ask, path, If_None_Match=etag, Accept_Encoding="gzip").headers["etag"] in (
        etag,
        etag[:-1] + '-gzip"',
    )


def test_the_same_file_has_another_etag_when_it_is_compressed(ask: Door) -> None:
    plain, compressed = get(ask, "/docs"), get(ask, "/static/app.js", Accept_Encoding="gzip")
    assert plain.headers["etag"] == f'"{page_file("docs.html").digest}"'  # type: ignore[union-attr]
    assert compressed.headers["etag"].endswith('-gzip"')


@pytest.mark.parametrize(
    "path", ["/static/", "/static/nope", "/static/..", "/docs/index.html", "/docs/LICENSE"]
)
def test_nothing_else_is_served(path: str, ask: Door) -> None:
    assert get(ask, path).status == 404


def test_the_viewers_script_fits_a_balancers_answer() -> None:
    script = viewer_file("swagger-ui-bundle.js")
    assert script is not None
    assert script.compressed is not None
    assert len(script.compressed) * 4 / 3 < 1_000_000  # an event's answer is base64, 1 MB at most


def test_the_policies_allow_this_service_alone(ask: Door) -> None:
    for path, file in (("/", "index.html"), ("/docs", "docs.html")):
        policy = get(ask, path, Accept="text/html").headers["content-security-policy"]
        assert policy == POLICIES[file]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
        assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
        assert not re.search(r"https?:|\*|unsafe-eval", policy)


@pytest.mark.parametrize("name", page_names())
def test_a_file_of_the_page_names_no_other_address(name: str) -> None:
    text = (STATIC / name).read_text()
    addresses: list[Any] = re.findall(r"(?:https?:)?//[a-z0-9][a-z0-9.-]*\.[a-z]{2,}[^\"' )]*", text)
    assert [address for address in addresses if address != "http://www.w3.org/2000/svg"] == []
    if name.endswith(".html"):
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", text)


def test_every_module_of_the_page_is_reached() -> None:
    sources = {name: (STATIC / name).read_text() for name in page_names()}
    named = {
        other
        for text in sources.values()
        for other in re.findall(r"(?:/static/|\./)([a-z]+\.(?:js|css|svg))", text)
    }
    assert {name for name in sources if not name.endswith(".html")} <= named
    assert named <= set(sources)
