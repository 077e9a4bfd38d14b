"""Pages as tests see them: fetched, checked for what people forget, and sent back as a browser would."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

__all__ = ["Browser", "Page"]

PASSWORD = "correct horse battery"
LOGGABLE = {"input", "select", "textarea"}
_SERIOUS_NOT = {"expected-doctype-but-got-end-tag"}


def words(element: Element) -> str:
    """The text of an element, with single blanks."""
    return " ".join("".join(element.itertext()).split())


@dataclass
class Page:
    """An HTML page that has passed the checks every page must pass."""

    response: TestResponse
    path: str

    def __post_init__(self) -> None:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.text = self.response.get_data(as_text=True)
        self.tree: Element = parser.parse(self.text)
        self._check([str(kind) for _, kind, _ in parser.errors])

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def title(self) -> str:
        return words(self.all("title")[0])

    @property
    def h1(self) -> str:
        return words(self.all("h1")[0])

    @property
    def main(self) -> str:
        """What the page says, without header and footer."""
        return words(self.all("main")[0])

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of a tag with these attributes; ``class_`` is one of its classes."""
        found = [e for e in self.tree.iter() if e.tag == tag]
        if "class_" in attributes:
            one = attributes.pop("class_")
            found = [e for e in found if one in e.get("class", "").split()]
        return [e for e in found if all(e.get(k.replace("_", "-")) == v for k, v in attributes.items())]

    def with_id(self, name: str) -> Element | None:
        return next((e for e in self.tree.iter() if e.get("id") == name), None)

    def errors(self) -> list[tuple[str, str]]:
        """The error summary: (words, what the link leads to)."""
        return [
            (words(a), a.get("href", ""))
            for ul in self.all("ul", class_="govuk-error-summary__list")
            for a in ul.iter("a")
        ]

    def link(self, text: str) -> str:
        """The address of the first link of these words."""
        return next(a.get("href", "") for a in self.all("a") if words(a).startswith(text))

    def fields(self, form: Element | None = None) -> MultiDict[str, str]:
        """What the browser would send of the form in the main part, or of another."""
        form = form if form is not None else self.form()
        sent: MultiDict[str, str] = MultiDict()
        for e in form.iter():
            if not isinstance(e.tag, str) or e.get("disabled") is not None or not e.get("name"):
                continue
            if e.tag == "select":
                options = list(e.iter("option"))
                chosen = [o for o in options if o.get("selected") is not None] or options[:1]
                sent.add(e.get("name", ""), chosen[0].get("value", "") if chosen else "")
            elif e.tag == "textarea":
                sent.add(e.get("name", ""), (e.text or "").removeprefix("\n"))
            elif e.tag == "input" and e.get("type") in {"checkbox", "radio"}:
                if e.get("checked") is not None:
                    sent.add(e.get("name", ""), e.get("value", "on"))
            elif e.tag == "input":
                sent.add(e.get("name", ""), e.get("value", ""))
        return sent

    def form(self) -> Element:
        """The form of the page: the one for an entry where there is one, else the first that is sent."""
        sent = [f for f in self.all("main")[0].iter("form") if f.get("method", "get").lower() == "post"]
        return next((f for f in sent if f.get("id") == "entry"), sent[0])

    def _check(self, parse_errors: list[str]) -> None:
        where = f"{self.path}: "
        assert [e for e in parse_errors if e not in _SERIOUS_NOT] == [], where + "not well-formed"
        html = self.all("html")[0]
        assert html.get("lang", "").startswith("en"), where + "no language"
        assert self.title.strip(), where + "no title"
        assert len(self.all("h1")) == 1, where + f"{len(self.all('h1'))} h1"
        ids = Counter(e.get("id") for e in self.tree.iter() if isinstance(e.tag, str) and e.get("id"))
        assert {i: n for i, n in ids.items() if n > 1} == {}, where + "an id twice"
        policy = self.response.headers.get("Content-Security-Policy", "")
        assert "'unsafe" not in policy, where + "unsafe policy"
        assert policy.startswith("default-src 'none'"), where + "no policy"
        assert self.response.headers["Cache-Control"] == "no-store", where + "may be cached"
        for e in self.tree.iter():
            if isinstance(e.tag, str):
                self._check_element(e, set(ids), policy, where)
        bad = bool(self.errors())
        assert self.title.startswith("Error: ") == bad, where + "title and errors differ"

    def _check_element(self, e: Element, ids: set[str | None], policy: str, where: str) -> None:
        assert e.get("style") is None, where + "inline style"
        assert e.tag != "style", where + "inline style"
        assert [a for a in e.attrib if a.startswith("on")] == [], where + "inline handler"
        if e.tag == "script" and not e.get("src"):
            assert f"'nonce-{e.get('nonce')}'" in policy, where + "script without this page's nonce"
        for name in ("aria-describedby", "aria-labelledby", "for"):
            for target in (e.get(name) or "").split():
                assert target in ids, where + f"{name} leads nowhere: {target}"
        if e.tag == "fieldset":
            legend = e.find("legend")
            assert legend is not None, where + "fieldset without a legend"
            assert words(legend), where + "empty legend"
        if e.tag == "a" and (e.get("href") or "").startswith("#"):
            assert (e.get("href") or "")[1:] in ids, where + f"link leads nowhere: {e.get('href')}"


class Browser:
    """The only way tests fetch pages: follows redirects as asked, and checks every page."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def get(self, path: str, status: int = 200) -> Page:
        """The page at a path, after any redirects."""
        response = self.client.get(path, follow_redirects=True)
        assert response.status_code == status, f"{path}: {response.status}"
        return Page(response, path)

    def raw(self, path: str, **options: Any) -> TestResponse:
        """The bare answer: for redirects, JSON and files."""
        return self.client.open(path, **options)

    def send(self, page: Page, changes: dict[str, Any] | None = None, path: str | None = None) -> TestResponse:
        """Send the form of a page, with these answers changed; None takes one away. The bare answer."""
        fields = page.fields()
        for name, value in (changes or {}).items():
            fields.setlist(name, [] if value is None else value if isinstance(value, list) else [value])
        action = path or page.form().get("action") or page.response.request.full_path.rstrip("?")
        return self.client.post(action, data=fields)

    def submit(self, page: Page, changes: dict[str, Any] | None = None, status: int = 200) -> Page:
        """Send the form of a page and follow where it leads."""
        response = self.send(page, changes)
        if response.status_code == 303:
            return self.get(response.headers["Location"], status)
        assert response.status_code == status, f"{page.path}: {response.status}"
        return Page(response, page.path)

    def sign_in(self, username: str, password: str = PASSWORD) -> Page:
        """Sign in."""
        return self.submit(self.get("/sign-in"), {"username": username, "password": password})
