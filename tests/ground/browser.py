"""Debian's Chromium, headless and without a network, driven by Playwright. Never downloads a browser."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # no page reaches a network
)


class NoChromiumError(Exception):
    """There is no browser to test with; the message says how to get one."""


@contextmanager
def running() -> Iterator["Browser"]:
    """A Playwright `Browser`.

    Raises
    ------
    NoChromiumError
        Where Chromium or Playwright's Python package is missing.
    """
    path = os.environ.get("MQLGATE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        raise NoChromiumError(
            "Chromium is not installed (Debian: apt-get install chromium), or name it: MQLGATE_CHROMIUM="
        )
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoChromiumError("the Python package playwright is not installed") from None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
