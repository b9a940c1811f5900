"""Finds the Chromium that the tests of the pages drive, and installs one where there is none.

``python -m tests.support.browser --install`` is what ``make test`` runs. The system's own
browser comes first: Playwright's download host is often out of reach in hospitals and
municipalities (docs/decisions/0009).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
    places = (*on_path, *_PLACES, _playwright_place())
    return next((Path(place) for place in places if place and Path(place).exists()), None)


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


def _playwright_place() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


if __name__ == "__main__":
    browser = install() if "--install" in sys.argv else find()
    if browser is None:
        sys.exit(_ADVICE)
