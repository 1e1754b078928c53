"""A bar chart as SVG, readable on a light and on a dark page: requests a second of each server, one row."""

from __future__ import annotations

from html import escape

from .results import Results

COMPARISON, CONNECTIONS = "linear", (64, 400)
WIDTH, LEFT, RIGHT, BAR, GAP, TOP = 900, 230, 130, 13, 14, 44
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.ours { font-weight: 600 }
.c64 { fill: #8ab4d8 } .c400 { fill: #1f6feb }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .c64 { fill: #3b6ea5 } .c400 { fill: #79b8ff } }
"""


def draw(results: Results) -> str:
    """The chart's SVG."""
    servers = [name for name in results.servers(COMPARISON) if not name.startswith("hello")]
    figures = {
        name: [results.median(COMPARISON, name, connections) for connections in CONNECTIONS]
        for name in servers
    }
    most = max((each.per_second for found in figures.values() for each in found if each), default=1.0)
    parts: list[str] = []
    y = TOP
    order = sorted(servers, key=lambda name: -max((f.per_second for f in figures[name] if f), default=0.0))
    for name in order:
        kind = ' class="ours"' if name.startswith("spot-inference") else ""
        parts.append(f'<text{kind} x="{LEFT - 12}" y="{y + BAR + 5}" text-anchor="end">{escape(name)}</text>')
        for connections, found in zip(CONNECTIONS, figures[name], strict=True):
            length = (WIDTH - LEFT - RIGHT) * (found.per_second if found else 0) / most
            said = f"{found.per_second:,.0f}" if found else "not measured"
            parts.append(
                f'<rect class="c{connections}" x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}"/>'
            )
            parts.append(f'<text x="{LEFT + length + 6:.1f}" y="{y + BAR - 2}">{said}</text>')
            y += BAR + 1
        y += GAP
    legend = "".join(
        f'<rect class="c{connections}" x="{LEFT + 150 * index}" y="14" width="13" height="13"/>'
        f'<text x="{LEFT + 20 + 150 * index}" y="25">{connections} connections</text>'
        for index, connections in enumerate(CONNECTIONS)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img">'
        f"<title>Requests a second: one row of 37 numbers, bearer token verified</title>"
        f"<style>{STYLE}</style>{legend}{''.join(parts)}</svg>\n"
    )
