"""Chromium, driven by Playwright; what is missing is said with the way to get it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = "/usr/bin/chromium"  # Debian's; the environment's CHROMIUM names another
# No sandbox: CI runs as root. The rest keeps the browser from calling its maker.
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowserError(Exception):
    """Something that the tests need is not installed; the message says how to install it."""


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser without a window. Raises NoBrowserError."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowserError(
            "playwright is not installed; `make page-test` installs requirements/dev.txt"
        ) from None
    program = Path(os.environ.get("CHROMIUM", CHROMIUM))
    if not program.exists():
        raise NoBrowserError(
            f"there is no Chromium at {program}: apt-get install chromium, "
            "or name one: CHROMIUM=/path make page-test"
        )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
        try:
            yield opened
        finally:
            opened.close()
