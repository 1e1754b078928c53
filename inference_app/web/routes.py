"""Flask's view of the routes: the table in serving/ is the only one; every path leads to the same adapter."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response

from ..serving.answer import ROUTES


def register(app: Flask, adapt: Callable[..., Response]) -> None:
    """Adds a rule for each path of the contract; the rest reaches `adapt` as Flask's own errors."""
    for route in ROUTES:
        app.add_url_rule(
            route.path.replace("{", "<").replace("}", ">"),
            endpoint=route.path,
            view_func=adapt,
            methods=route.methods,
            provide_automatic_options=False,
        )
