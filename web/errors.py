"""Pages for when something cannot be shown or done, in plain words."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

__all__ = ["install", "on_lapse"]

LAPSE = "daybook_lapse"

# Heading and what to do next, by status.
WORDS = {
    400: ("We could not read that", ["Go back and try again. Nothing has been recorded."]),
    403: (
        "You cannot see this page",
        ["Your role does not allow it.", "If your work needs it, ask whoever looks after Daybook accounts with you."],
    ),
    404: (
        "Page not found",
        ["If you typed the address, check that it is right.", "If you followed a link, the page may have moved."],
    ),
    405: ("That cannot be done here", ["Go back and use the buttons on the page."]),
    409: (
        "Somebody else changed this",
        ["It was changed while you were working on it. Open it again to see how it stands."],
    ),
    413: ("That file is too large", ["Send a smaller file, or split it."]),
    429: ("Too many tries", ["Wait a few minutes, then try again."]),
    500: (
        "Sorry, something went wrong",
        [
            "What you recorded before is safe. Try again in a few minutes.",
            "If it goes on, tell whoever looks after Daybook with you.",
        ],
    ),
}
EXPIRED = (
    "This page was open too long",
    ["You have been signed out, or signed in again, since it was opened, so nothing has been recorded."],
)


def install(app: Flask) -> None:
    """Answer every error with a page in the site's own layout."""
    app.register_error_handler(CSRFError, lambda _: _lapsed(app))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, lambda error: _unforeseen(app, error))


def on_lapse(app: Flask, keep: Callable[[], ResponseReturnValue | None]) -> None:
    """Let a journey answer a form that was sent when its session was over; None leaves it to the next."""
    app.extensions.setdefault(LAPSE, []).append(keep)


def _lapsed(app: Flask) -> ResponseReturnValue:
    answers = (keep() for keep in app.extensions.get(LAPSE, ()))
    return next((answer for answer in answers if answer is not None), None) or _page(400, EXPIRED)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None:
        return error.get_response()
    heading, lines = WORDS.get(error.code, (error.name, ["Go back and try again."]))
    if error.code in {403, 409} and error.description and error.description != type(error).description:
        lines = [error.description]
    page, status = _page(error.code, (heading, lines))
    headers = [pair for pair in error.get_headers() if pair[0] in {"Allow", "Retry-After"}]
    return page, status, headers


def _unforeseen(app: Flask, error: Exception) -> ResponseReturnValue:
    if app.debug or app.testing:
        raise error
    app.logger.error("Unforeseen error", exc_info=error)
    return _page(500, WORDS[500])


def _page(status: int, words: tuple[str, list[str]]) -> tuple[str, int]:
    return render_template("account/problem.html", heading=words[0], lines=words[1], status=status), status
