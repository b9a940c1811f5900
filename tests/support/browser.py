"""Finds the Chromium that the tests of the pages drive, installs one where there is none, and starts it.

``python -m tests.support.browser --install`` is what ``make test`` runs. The system's own
browser comes first: Playwright's download host is often out of reach in hospitals and
municipalities (docs/decisions/0009).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    "/snap/bin/chromium",
)
_ADVICE = """\
Ingen webbläsare hittades (no browser was found). Testerna av sidorna behöver Chromium. Välj ett:
  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install -y chromium
  Fedora:          sudo dnf install -y chromium
  macOS:           brew install --cask google-chrome
  egen plats:      SIP_TEST_BROWSER=/sökväg/till/chrome make test
"""


def find() -> Path | None:
    """The browser to use, or None. ``SIP_TEST_BROWSER`` decides where it is set."""
    chosen = os.environ.get("SIP_TEST_BROWSER")
    if chosen:
        return Path(chosen)
    on_path = (shutil.which(name) for name in NAMES)
    found = next((Path(place) for place in (*on_path, *_PLACES) if place and Path(place).exists()), None)
    if found is None:
        # Asked last: it starts Playwright's driver.
        own = Path(_playwright_place())
        found = own if own.exists() else None
    return found


def install() -> Path | None:
    """Make sure that there is a browser: the system's packages as root, else Playwright's own."""
    if found := find():
        return found
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, env=environment)
    if not find():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return find()


class NoBrowser(Exception):
    """There is no browser to test with; the text says how to get one."""


_shared: list[Browser] = []
_opened = ExitStack()
_users = 0


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium, shared by all that use it at the same time.

    Playwright's synchronous driver runs once in a thread, so whoever comes second gets the
    same browser, and it is closed by the last to leave. Raises ``NoBrowser``.
    """
    global _users
    if not _shared:
        _shared.append(_launch())
    _users += 1
    try:
        yield _shared[0]
    finally:
        _users -= 1
        if not _users:
            _shared.clear()
            _opened.close()


def _launch() -> Browser:
    from playwright.sync_api import sync_playwright

    found = find()
    if found is None or not found.exists():
        raise NoBrowser(_ADVICE)
    # Chromium's sandbox refuses to start for root, which is who runs tests in a container.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with ExitStack() as opening:
        driver = opening.enter_context(sync_playwright())
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"] if as_root else [])
        opening.callback(browser.close)
        _opened.push(opening.pop_all().__exit__)
    return browser


def _playwright_place() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


if __name__ == "__main__":
    browser = install() if "--install" in sys.argv else find()
    if browser is None:
        sys.exit(_ADVICE)
