"""Route templates: `{name}` in a path stands for one segment, and a path is found by its segments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .messages import Answer

Handler = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One path: its handlers by method get the names of the path as keyword arguments; whether a bearer
    token is needed."""

    path: str
    handlers: dict[str, Handler]
    needs_token: bool = True

    @property
    def methods(self) -> list[str]:
        """The allowed methods, sorted; HEAD wherever GET is."""
        return sorted({*self.handlers, *(["HEAD"] if "GET" in self.handlers else [])})


@dataclass(frozen=True, slots=True)
class _Template:
    """A route with names, its segments told apart: the fixed ones and the named ones, by position."""

    route: Route
    fixed: tuple[tuple[int, str], ...]
    named: tuple[tuple[int, str], ...]

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The values of the names in a path of as many segments, or None. A name is never empty."""
        for position, segment in self.fixed:
            if segments[position] != segment:
                return None
        names = {name: segments[position] for position, name in self.named}
        return names if all(names.values()) else None


class Router:
    """Finds the route of a path. A path without names comes first, then the templates in their order."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._fixed: dict[str, Route] = {}
        self._templates: dict[int, list[_Template]] = {}  # by number of segments
        for route in routes:
            if "{" not in route.path:
                self._fixed[route.path] = route
                continue
            template = _template(route)
            self._templates.setdefault(len(template.fixed) + len(template.named), []).append(template)

    def find(self, path: str) -> tuple[Route | None, Mapping[str, str]]:
        """The route of `path` and the names in it; (None, {}) where nothing is."""
        if route := self._fixed.get(path):
            return route, {}
        segments = path.split("/")
        for template in self._templates.get(len(segments), ()):
            names = template.match(segments)
            if names is not None:
                return template.route, names
        return None, {}


def _template(route: Route) -> _Template:
    segments = list(enumerate(route.path.split("/")))
    return _Template(
        route,
        tuple((position, segment) for position, segment in segments if not segment.startswith("{")),
        tuple((position, segment.strip("{}")) for position, segment in segments if segment.startswith("{")),
    )
