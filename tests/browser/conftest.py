"""A served world and a browser: waitress in a thread, the system's Chromium, scripts switched off."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from waitress import create_server

from sip_workflow.wsgi import create_app
from tests.support.browser import chromium
from tests.support.world import World, open_application


@dataclass
class Desk:
    """Somebody at a screen: the served world and a page."""

    world: World
    base: str
    page: Page

    def go(self, path: str) -> None:
        """Open a page."""
        self.page.goto(f"{self.base}{path}")

    def log_in(self, username: str) -> None:
        """Become another person."""
        self.page.context.clear_cookies()
        self.go("/login")
        chosen = self.page.locator(f"details button[value='{username}']").first
        chosen.locator("xpath=ancestor::details/summary").click()
        chosen.click()
        self.page.wait_for_url("**/inbox", wait_until="load")

    def press(self, text: str) -> None:
        """Press the button or link with that text."""
        self.page.locator("main").get_by_text(text, exact=True).first.click()

    @property
    def text(self) -> str:
        """The words of the page."""
        return " ".join(self.page.locator("main").inner_text().split())

    def do_next(self, case_id: str, form_key: str | None = None) -> str:
        """Whoever may does the first open task of the case (of that form) by the pages; the form's key."""
        task = self.world.open_tasks(case_id, form_key)[0]
        self.log_in(self.world.who_may(task))
        self.page.locator(f"a[href='/tasks/{task.id}']").click()
        self.press("Fyll i exempel")
        self.press("Klart, skicka vidare")
        assert "/inbox?done=" in self.page.url, (task.form_key, self.text[:1500])
        return task.form_key


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser."""
    with chromium() as found:
        yield found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[World, str]]:
    """A world and its address."""
    application = open_application(f"sqlite:///{tmp_path / 'sip.db'}")
    world = World(application)
    server = create_server(
        create_app(application.settings, application=application), host="127.0.0.1", port=0, threads=2
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    yield world, f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)
    application.store.close()


@pytest.fixture
def desk(browser: Browser, served: tuple[World, str]) -> Iterator[Desk]:
    """A page without scripts."""
    context = browser.new_context(java_script_enabled=False, locale="sv-SE")
    yield Desk(world=served[0], base=served[1], page=context.new_page())
    context.close()


@pytest.fixture
def scripted_desk(browser: Browser, served: tuple[World, str]) -> Iterator[Desk]:
    """A page in which a test may run scripts of its own."""
    context = browser.new_context(locale="sv-SE")
    yield Desk(world=served[0], base=served[1], page=context.new_page())
    context.close()
