"""The main menu: what each journey offers, to the roles that may use it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from web.account.access import roles_of
from web.account.people import Person, current_person
from web.state import settings

__all__ = ["Entry", "first_page", "install", "menu"]

EXTENSION = "daybook_menu"


@dataclass(frozen=True)
class Entry:
    """One item of the menu. A journey's package lists its own in ``NAVIGATION``.

    ``endpoint`` names the view; who sees the item follows from who may use that view. ``home_of``
    are the roles whose first page it is.
    """

    endpoint: str
    text: str
    home_of: tuple[str, ...] = ()


def install(app: Flask, entries: Iterable[Entry]) -> None:
    """Give every page the menu, the name of whoever is signed in, and the authority's."""
    app.extensions[EXTENSION] = tuple(entries)
    app.context_processor(lambda: {"shell": _shell()})


def menu(person: Person) -> list[Entry]:
    """The items that this person may use, in order."""
    entries: tuple[Entry, ...] = current_app.extensions[EXTENSION]
    return [e for e in entries if person.role in roles_of(current_app.view_functions.get(e.endpoint))]


def first_page(person: Person) -> str:
    """Where this person begins: the page their role calls home, else the first they may use."""
    entries = menu(person)
    home = next((e for e in entries if person.role in e.home_of), entries[0] if entries else None)
    return url_for(home.endpoint) if home else url_for("account.welcome")


def _shell() -> dict[str, Any]:
    given = settings()
    person = current_person()
    shell: dict[str, Any] = {
        "authority": given.authority,
        "demonstration": given.env == "demonstration",
        "home": url_for("account.home"),
    }
    if person is not None:
        blueprint = request.blueprint
        shell["person"] = {"name": person.name, "role": person.role_name}
        shell["sign_out"] = {"action": url_for("account.sign_out")}
        shell["session"] = {
            "seconds": given.session_minutes * 60,
            "stay": url_for("record.session"),
            "sign_in": url_for("account.sign_in"),
        }
        shell["navigation"] = [
            {"href": url_for(e.endpoint), "text": e.text, "current": e.endpoint.split(".")[0] == blueprint}
            for e in menu(person)
        ]
    return shell
