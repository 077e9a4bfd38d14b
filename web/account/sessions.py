"""The session, and what a page is to be told once, in cookies of their own.

What a form was answered with ("Recorded", "Withdrawn") is told by the page that comes next. A session cookie would
lose it: drafts, the device and the service worker ask for things beside the pages, and an answer to one of them that
set out before the form was sent writes the session back as it was. The passing things have a cookie that only an
answer that says or shows something writes.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeTimedSerializer

__all__ = ["PASSING", "install"]

# Flask's own name for messages, and the marks of the boxes of a week that were saved.
PASSING = ("_flashes", "week_saved")
_LASTS_SECONDS = 600
_BEFORE = "daybook.told_before"


def install(app: Flask) -> None:
    """Keep sessions this way."""
    app.session_interface = _Sessions()


class _Sessions(SecureCookieSessionInterface):
    """Signed cookies: one of who is signed in, one of what is to be told once. Pages see one session."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session with what is to be told in it."""
        found = super().open_session(app, request)
        if found is not None:
            told = self._told(app, request)
            request.environ[_BEFORE] = told
            # Put there without the session knowing: reading what is told is no change of it.
            dict.update(found, told)
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write each cookie where it changed."""
        held = cast("SecureCookieSession", session)
        told = {name: dict.pop(held, name) for name in PASSING if name in held}
        if told != request.environ.get(_BEFORE, {}):
            self._tell(app, told, response)
        super().save_session(app, held, response)
        dict.update(held, told)

    def _told(self, app: Flask, request: Request) -> dict[str, Any]:
        text = request.cookies.get(self._name(app), "")
        try:
            told = self._signer(app).loads(text, max_age=_LASTS_SECONDS) if text else {}
        except BadData:
            return {}
        return {name: told[name] for name in PASSING if name in told} if isinstance(told, dict) else {}

    def _tell(self, app: Flask, told: dict[str, Any], response: Response) -> None:
        place: dict[str, Any] = {
            "path": self.get_cookie_path(app),
            "secure": self.get_cookie_secure(app),
            "httponly": True,
            "samesite": self.get_cookie_samesite(app),
        }
        if told:
            response.set_cookie(self._name(app), self._signer(app).dumps(told), max_age=_LASTS_SECONDS, **place)
        else:
            response.delete_cookie(self._name(app), **place)

    def _name(self, app: Flask) -> str:
        return f"{self.get_cookie_name(app)}-told"

    def _signer(self, app: Flask) -> URLSafeTimedSerializer:
        signer = self.get_signing_serializer(app)
        if signer is None:
            raise RuntimeError("Sessions need a key to sign with.")
        return signer
