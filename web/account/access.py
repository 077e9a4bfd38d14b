"""Who may use a page. Nothing is open unless its view says so.

Every view carries ``@allow(role, ...)`` or ``@public``; one that carries neither answers nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from web.account.people import ROLES, current_person

__all__ = ["EVERYONE", "allow", "guard", "public", "roles_of"]

_MARK = "daybook_roles"
EVERYONE: frozenset[str] = frozenset({"everyone"})
_View = TypeVar("_View", bound=Callable[..., object])


def allow(*roles: str) -> Callable[[_View], _View]:
    """Let people of these roles use the view. Raises ``ValueError`` for a role that does not exist.

    Put it under the route: ``@blueprint.get("/…")`` first, ``@allow("finance")`` below it.
    """
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        message = f"No such role: {', '.join(sorted(unknown)) or 'none given'}"
        raise ValueError(message)
    return lambda view: _mark(view, frozenset(roles))


def public(view: _View) -> _View:
    """Let anybody use the view, signed in or not."""
    return _mark(view, EVERYONE)


def _mark(view: _View, roles: frozenset[str]) -> _View:
    setattr(view, _MARK, roles)
    return view


def roles_of(view: Callable[..., object] | None) -> frozenset[str]:
    """The roles a view states; empty where it states none, ``EVERYONE`` where it is public."""
    stated: frozenset[str] = getattr(view, _MARK, frozenset())
    return stated


def guard(app: Flask) -> None:
    """Ask before each request whether this person may make it."""
    app.before_request(_ask)


def _ask() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the 404 or 405 that follows tells nothing about anybody
    roles = roles_of(current_app.view_functions[request.endpoint])
    if roles == EVERYONE:
        return None
    person = current_person()
    if person is None:
        if request.method in {"GET", "HEAD"}:
            wanted = request.full_path.rstrip("?")
            return redirect(url_for("account.sign_in", next=None if wanted == "/" else wanted), 303)
        return redirect(url_for("account.sign_in", lapsed=1), 303)
    if person.role not in roles:
        abort(403)
    return None
