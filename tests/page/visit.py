"""One visit with a fresh browser profile: what a person does on the page, and what must always hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.app.support.environment import PASSWORD, USER

from .service import Service

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WAIT = 30_000.0  # milliseconds for what takes some
_STATUS = re.compile(r"responded with a status of (\d+)")
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Look(NamedTuple):
    """What the visitor's device is like."""

    scheme: str
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.scheme} {self.width}"


WIDE, PHONE = (1280, 800), (390, 844)
LOOKS = [Look(scheme, *size) for scheme in ("light", "dark") for size in (WIDE, PHONE)]
USUAL = LOOKS[0]


@dataclass
class Visit:
    """A visit. `refusals` are the statuses that the check provokes: the browser logs each as an error."""

    page: Page
    service: Service
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    refusals: set[int] = field(default_factory=set)

    def open(self, path: str = "/") -> None:
        """Goes to `path`."""
        self.page.goto(self.service.url + path)

    def log_in(self, password: str = PASSWORD) -> None:
        """Fills in the form of the first view and presses its button."""
        self.page.fill("#username", USER)
        self.page.fill("#password", password)
        self.page.click("#login button")

    def enter(self) -> None:
        """Opens the page, logs in and waits for the form."""
        self.open()
        self.log_in()
        self.page.wait_for_selector("#workbench:not([hidden])")

    def choose(self, name: str) -> None:
        """Picks a model."""
        self.page.check(f"input[name=model][value={name}]")
        self.page.wait_for_function(f"() => document.querySelector('#card code')?.textContent === {name!r}")
        self.page.wait_for_function(  # the request to copy follows the form
            f"() => document.querySelector('.snippet code')?.textContent.includes('/models/{name}/')"
        )

    def predict(self) -> str:
        """Presses Predict; what is shown as the answer."""
        self.page.click("#predict")
        self.page.wait_for_selector("#result.fresh")
        return self.text("#answer strong")

    def text(self, selector: str) -> str:
        """The text of the first element."""
        return self.page.inner_text(selector).strip()

    def field(self, label: str) -> Any:
        """The control that `label` names."""
        return self.page.get_by_label(label, exact=True)

    def check_access(self, best_practices: bool = True) -> None:
        """axe-core finds nothing; `best_practices`: beyond WCAG A and AA, too."""
        from axe_playwright_python.sync_playwright import Axe

        self.page.evaluate(
            # A cancelled one rejects.
            "() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished))"
        )
        options = {} if best_practices else {"runOnly": _WCAG}
        found = Axe().run(self.page, options=options).response["violations"]
        assert not found, [
            (rule["id"], rule["help"], [node["html"][:120] for node in rule["nodes"]]) for rule in found
        ]

    def check_width(self) -> None:
        """Nothing makes the page wider than the window."""
        assert self.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (
            "scrolls sideways"
        )

    def check_quiet(self) -> None:
        """Every request stayed with the service; the console holds no error that was not provoked."""
        outside = [
            url for url in self.requests if not url.startswith((f"{self.service.url}/", "data:", "blob:"))
        ]
        assert not outside, outside
        assert not self.problems, self.problems


@contextmanager
def visit(browser: Browser, service: Service, look: Look = USUAL, **options: Any) -> Iterator[Visit]:
    """A visit; at its end everything that must hold all the while is checked."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.scheme == "dark" else "light",
        **options,
    )
    context.set_default_timeout(WAIT)
    page = context.new_page()
    visitor = Visit(page, service)

    def hear(text: str, kind: str) -> None:
        status = _STATUS.search(text)
        provoked = status is not None and int(status[1]) in visitor.refusals
        if kind in ("error", "warning") and not provoked:
            visitor.problems.append(text)

    page.on("console", lambda message: hear(message.text, message.type))
    page.on("pageerror", lambda error: visitor.problems.append(str(error)))
    page.on("request", lambda request: visitor.requests.append(request.url))
    try:
        yield visitor
        visitor.check_quiet()
    finally:
        context.close()
