"""Outputs are printed as the Pulumi CLI prints them, with addresses that answer here."""

from local_cloud.console import page
from local_cloud.outputs import localised, table

HERE = {"http://lb.example": "http://127.0.0.1:8080", "https://api.example": "http://127.0.0.1:8081"}


def test_addresses_become_local_with_what_follows_them() -> None:
    outputs = {
        "url": "http://lb.example",
        "more": ["https://api.example/a?b=1", {"x": "https://api.example#c"}],
        "other": "https://api.example.org",
        "text": "see http://lb.example",
        "count": 3,
    }
    assert localised(outputs, HERE) == {
        "url": "http://127.0.0.1:8080",
        "more": ["http://127.0.0.1:8081/a?b=1", {"x": "http://127.0.0.1:8081#c"}],
        "other": "https://api.example.org",
        "text": "see http://lb.example",
        "count": 3,
    }


def test_the_table_is_that_of_the_cli_and_hides_secrets() -> None:
    assert table({"url": "http://x", "dashboardUrls": {"a": "b", "c": 1}, "key": "k"}, {"key"}) == [
        "Current stack outputs (3):",
        "    OUTPUT         VALUE",
        '    dashboardUrls  {"a":"b","c":1}',
        "    key            [secret]",
        "    url            http://x",
    ]


def test_a_dashboards_page_names_its_metrics_and_escapes_them() -> None:
    body = '{"widgets": [{"type": "metric", "properties": {"title": "a<b", "metrics": [["N", "M"]]}}]}'
    assert "a&lt;b" in page("d", body)
    assert "&quot;M&quot;" in page("d", body)
