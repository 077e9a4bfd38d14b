"""Who is signed in: the account, its role, and the worker it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from argon2 import PasswordHasher
from flask import abort, current_app, g, session
from sqlalchemy import Engine

from recorder import accounts
from recorder.accounts import ROLES, Account
from web.settings import Settings
from web.state import state

__all__ = [
    "DEMONSTRATION_PREFIX",
    "ROLES",
    "ROLE_NAMES",
    "Person",
    "begin_session",
    "current_person",
    "demonstration_accounts",
    "end_session",
    "find_person",
    "password_hasher",
    "signed_in",
]

ROLE_NAMES = {
    "social_worker": "Social worker",
    "team_leader": "Team leader",
    "finance": "Finance",
    "administrator": "Administrator",
    "information_governance": "Information governance",
}
EXTENSION = "daybook_password_hasher"
# Accounts whose passwords stand in the documentation are named so, and are refused in production.
DEMONSTRATION_PREFIX = "demo-"
_ACCOUNT = "account"
_VERSION = "version"


@dataclass(frozen=True)
class Person:
    """Somebody with an account. ``worker`` is the id of the worker they are, where they are one."""

    username: str
    name: str
    role: str
    worker: UUID | None
    team: UUID | None

    @property
    def role_name(self) -> str:
        """The role in words."""
        return ROLE_NAMES.get(self.role, self.role)


def password_hasher(settings: Settings) -> PasswordHasher:
    """A hasher at the cost that the settings ask for."""
    return PasswordHasher(
        time_cost=settings.argon2_time, memory_cost=settings.argon2_kib, parallelism=settings.argon2_lanes
    )


def demonstration_accounts(desk: Engine) -> list[str]:
    """The usernames of the demonstration's accounts that may sign in."""
    everyone = accounts.accounts_list(desk)
    return [a.username for a in everyone if a.active and a.username.startswith(DEMONSTRATION_PREFIX)]


def find_person(username: str, password: str) -> Account | None:
    """The account that this username and password open, or None."""
    hasher: PasswordHasher = current_app.extensions[EXTENSION]
    return accounts.check_password(state().desk, username, password, hasher)


def begin_session(account: Account) -> None:
    """Sign in, in a session that starts afresh: nothing that was set before carries over."""
    session.clear()
    session.permanent = True
    session[_ACCOUNT] = account.username
    session[_VERSION] = account.session_version
    g.person = _person(account)


def end_session() -> None:
    """Sign out."""
    session.clear()
    g.person = None


def current_person() -> Person | None:
    """Whoever makes this request, or None; asked of the desk once a request."""
    if "person" not in g:
        g.person = _from_session()
    person: Person | None = g.person
    return person


def signed_in() -> Person:
    """Whoever makes this request, in a view that lets nobody else in."""
    person = current_person()
    if person is None:
        abort(403)
    return person


def _from_session() -> Person | None:
    username = session.get(_ACCOUNT)
    account = accounts.account(state().desk, username) if username else None
    if account is None or not account.active or account.session_version != session.get(_VERSION):
        return None
    return _person(account)


def _person(account: Account) -> Person:
    return Person(account.username, account.name, account.role, account.worker_id, account.team_id)
