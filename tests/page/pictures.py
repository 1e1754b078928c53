"""The four pictures in docs/: a prediction, at two widths and in both schemes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.app.support.process import ROOT

from .service import Service, served
from .visit import LOOKS, WIDE, Look, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# What differs from run to run would make a new file of the same picture.
_STEADY = (
    "() => { document.getElementById('timing').textContent = 'flight_delay 1.0.0 answered in 4\u202fms.'; }"
)


def path_of(look: Look) -> Path:
    """Where the picture of a look is kept."""
    return ROOT / "docs" / f"page-{look.scheme}-{'wide' if look.width == WIDE[0] else 'phone'}.png"


def take_pictures(browser: Browser, folder: Path, again: bool) -> list[Path]:
    """Takes the pictures that are missing, with `again` all of them; those that were taken."""
    wanted = [look for look in LOOKS if again or not path_of(look).exists()]
    if wanted:
        with served(folder / "pictures", published_alone=True) as service:
            for look in wanted:
                _take(browser, service, look)
    return [path_of(look) for look in wanted]


def _take(browser: Browser, service: Service, look: Look) -> None:
    with visit(browser, service, look, reduced_motion="reduce") as visitor:
        visitor.enter()
        visitor.predict()
        visitor.page.mouse.move(0, 0)
        visitor.page.evaluate(_STEADY)
        visitor.page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
        height = 660 if look.width == WIDE[0] else 1180
        visitor.page.set_viewport_size({"width": look.width, "height": height})
        visitor.page.screenshot(path=path_of(look))
