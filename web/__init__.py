"""The site: what people see. ``create_app`` puts it together; nothing connects before a request."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from flask import Flask, g, request
from flask_wtf import CSRFProtect
from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.proxy_fix import ProxyFix

from costing.calendar import bank_holidays
from recorder.clock import Clock
from web import design, errors, packed, state
from web.account import limits, navigation, people, sessions
from web.account.access import guard, public
from web.settings import Settings, SettingsError

__all__ = ["JOURNEYS", "create_app"]

# Each is a package with a ``blueprint``, and perhaps ``NAVIGATION``: its items of the main menu.
JOURNEYS = (
    "account", "record", "children", "team", "finance", "forecasts", "rates", "runs", "method", "intake", "governance",
)  # fmt: skip
MOST_BYTES = 64 * 1024 * 1024

# The calendars of the world take a fifth of a second to load: before the first page asks for one, not under it.
_ANY_YEAR = 2026


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """The site with these settings, else those of the environment.

    Raises ``SettingsError`` with every reason where it would not be safe to start.
    """
    given = Settings.from_environment() if settings is None else settings
    if problems := given.problems() or _unsafe_accounts(given):
        raise SettingsError(problems)
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=given.signing_key(),
        SESSION_COOKIE_NAME="__Host-daybook" if given.cookies_secure else "daybook",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=given.cookies_secure,
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=given.session_minutes),
        WTF_CSRF_TIME_LIMIT=None,  # a token lasts as long as its session
        MAX_CONTENT_LENGTH=MOST_BYTES,
    )
    app.extensions[state.EXTENSION] = state.Stores(given, clock)
    app.extensions[people.EXTENSION] = people.password_hasher(given)
    sessions.install(app)
    limits.install(app, given)
    CSRFProtect(app)
    guard(app)
    app.before_request(_see_own_write)
    design.register(app)
    packed.install(app)
    public(app.view_functions["design.assets"])
    navigation.install(app, _journeys(app))
    errors.install(app)
    if given.trusted_proxies:
        hops = given.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    bank_holidays(_ANY_YEAR)
    return app


def _journeys(app: Flask) -> list[navigation.Entry]:
    entries: list[navigation.Entry] = []
    for name in JOURNEYS:
        journey = import_module(f"web.{name}")
        app.register_blueprint(journey.blueprint)
        entries += getattr(journey, "NAVIGATION", ())
    return entries


def _see_own_write() -> None:
    """A page asked for with ``?at=POSITION`` waits until the tables show the log up to there."""
    g.behind = False
    if request.method == "GET" and people.current_person() is not None:
        position = request.args.get("at", type=int)
        g.behind = position is not None and not state.wait_for(position)


def _unsafe_accounts(given: Settings) -> list[str]:
    """In production, accounts whose passwords anybody can read in the documentation."""
    if not given.production:
        return []
    engine = given.databases().engine("desk")
    try:
        names = people.demonstration_accounts(engine)
    except DBAPIError:
        return ["The databases are not there or not up to date. Run “daybook init” first."]
    finally:
        engine.dispose()
    return [f"Accounts of the demonstration are present: {', '.join(names)}. Remove them."] if names else []
