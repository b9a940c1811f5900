"""A visitor without a script: reads pages, fills in their forms as a browser does, and presses buttons."""

from __future__ import annotations

from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Fields = dict[str, list[str]]


@dataclass
class Visitor:
    """A client with its cookies, and the page it looks at."""

    client: FlaskClient
    page: BeautifulSoup = field(default_factory=lambda: BeautifulSoup("", "html.parser"))
    status: int = 0
    address: str = ""

    def open(self, path: str, *, expect: int = 200) -> BeautifulSoup:
        """Go to a page, through redirects."""
        return self._keep(self.client.get(path, follow_redirects=True), expect)

    def log_in(self, username: str) -> Visitor:
        """Choose a person on the training login."""
        self.open("/login")
        self.press(username, name="username")
        return self

    def press(
        self, value: str, *, name: str = "do", expect: int = 200, **changes: str | list[str]
    ) -> BeautifulSoup:
        """Press a button of the page with its form's fields as they stand, but for the changes.

        Names in ``changes`` have ``__`` for the point of a nested field.
        """
        button = self.page.find("button", attrs={"name": name, "value": value})
        assert isinstance(button, Tag), f"no button {name}={value}"
        return self.submit(button.find_parent("form"), button=(name, value), expect=expect, **changes)

    def press_text(self, text: str, *, expect: int = 200, **changes: str | list[str]) -> BeautifulSoup:
        """The same by the button's text."""
        button = next(one for one in self.page.find_all("button") if text in one.get_text())
        pair = (button.get("name"), button.get("value", "")) if button.get("name") else None
        return self.submit(button.find_parent("form"), button=pair, expect=expect, **changes)

    def submit(
        self,
        form: Tag | None,
        *,
        button: tuple[str, str] | None = None,
        expect: int = 200,
        **changes: str | list[str],
    ) -> BeautifulSoup:
        """Send a form of the page."""
        assert form is not None
        data = fields_of(form)
        if button is not None:
            data[button[0]] = [button[1]]
        for key, value in changes.items():
            data[key.replace("__", ".")] = [value] if isinstance(value, str) else value
        action = str(form.get("action")) or self.address
        return self._keep(self.client.post(action, data=data, follow_redirects=True), expect)

    @property
    def text(self) -> str:
        """The words of the page's main part."""
        return " ".join((self.page.main or self.page).get_text(" ").split())

    def _keep(self, response: TestResponse, expect: int) -> BeautifulSoup:
        html = response.get_data(as_text=True)
        assert response.status_code == expect, (response.status_code, expect, html[-3000:])
        self.page = BeautifulSoup(html, "html.parser")
        self.status, self.address = response.status_code, response.request.path
        assert_plain(html)
        return self.page


def fields_of(form: Tag) -> Fields:
    """What a browser would send of a form, without its buttons."""
    data: Fields = {}
    for one in form.find_all(["input", "textarea", "select"]):
        name = one.get("name")
        if not name or one.get("disabled") is not None:
            continue
        if one.name == "select":
            chosen = one.find("option", selected=True) or one.find("option")
            data.setdefault(name, []).append(str(chosen.get("value", "")) if chosen else "")
        elif one.name == "textarea":
            data.setdefault(name, []).append(one.get_text().removeprefix("\n"))
        elif one.get("type") in ("radio", "checkbox"):
            if one.get("checked") is not None:
                data.setdefault(name, []).append(str(one.get("value", "on")))
        else:
            data.setdefault(name, []).append(str(one.get("value", "")))
    return data


def assert_plain(html: str) -> None:
    """No script, no handler, no style attribute; one main heading; ids that are unique."""
    page = BeautifulSoup(html, "html.parser")
    assert not page.find_all("script")
    for tag in page.find_all(True):
        assert "style" not in tag.attrs, tag
        assert not [name for name in tag.attrs if name.startswith("on")], tag
    assert len(page.find_all("h1")) == 1
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    known = set(ids)
    for tag in page.find_all(attrs={"aria-describedby": True}):
        assert set(str(tag["aria-describedby"]).split()) <= known, tag
    for link in page.select("a[href^='#']"):
        assert str(link["href"])[1:] in known, link
