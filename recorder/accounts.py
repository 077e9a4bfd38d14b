"""Accounts: who may sign in, in which role, and as which worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Literal, get_args
from uuid import UUID

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Engine, Row, exc, insert, select, update

from recorder.desk_tables import accounts
from recorder.domain.facts import Refused
from recorder.store.log import to_micros

__all__ = [
    "ROLES",
    "Account",
    "Role",
    "account",
    "accounts_list",
    "add_account",
    "change_account",
    "check_password",
    "set_password",
]

Role = Literal["social_worker", "team_leader", "finance", "administrator", "information_governance"]
ROLES: tuple[str, ...] = get_args(Role)
SHORTEST_PASSWORD = 12


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who may sign in. ``session_version`` goes up with a new password, role or state: older sessions end."""

    username: str
    name: str
    role: Role
    worker_id: UUID | None
    team_id: UUID | None
    active: bool
    session_version: int


def add_account(
    desk: Engine,
    username: str,
    password: str,
    role: str,
    at: datetime,
    *,
    name: str = "",
    worker_id: UUID | None = None,
    team_id: UUID | None = None,
    hasher: PasswordHasher | None = None,
) -> Account:
    """Make an account. Raises ``Refused`` with every problem at once; the password is kept as an argon2 hash."""
    problems = _password_problems(password)
    plain = _plain(username)
    if not plain:
        problems.append(("username", "Enter a username"))
    if role not in ROLES:
        problems.append(("role", "Select a role"))
    if plain and account(desk, plain) is not None:
        problems.append(("username", "There is an account of this name already"))
    if problems:
        raise Refused(*problems)
    row = {"username": plain, "name": name or username.strip(), "role": role, "active": True, "session_version": 1}
    row |= {"password_hash": (hasher or PasswordHasher()).hash(password), "created_at": to_micros(at)}
    row |= {"worker_id": _bytes(worker_id), "team_id": _bytes(team_id)}
    try:
        with desk.begin() as connection:
            connection.execute(insert(accounts), row)
    except exc.IntegrityError as clash:
        raise Refused(("username", "There is an account of this name already")) from clash
    return _found(desk, plain)


def account(desk: Engine, username: str) -> Account | None:
    """The account of this name, active or not, or None."""
    row = _row(desk, username)
    return _account(row) if row is not None else None


def accounts_list(desk: Engine) -> list[Account]:
    """Every account, by name."""
    with desk.execution_options(reading=True).connect() as connection:
        return [_account(row) for row in connection.execute(select(accounts).order_by(accounts.c.username))]


def check_password(desk: Engine, username: str, password: str, hasher: PasswordHasher | None = None) -> Account | None:
    """The active account that this password opens, or None; takes as long for a name that does not exist."""
    row = _row(desk, username)
    hashed = row.password_hash if row is not None else _nobodys_hash()
    try:
        (hasher or PasswordHasher()).verify(hashed, password)
    except VerificationError:
        return None
    return _account(row) if row is not None and row.active else None


def set_password(desk: Engine, username: str, password: str, hasher: PasswordHasher | None = None) -> Account:
    """Give the account a new password, which ends its sessions. Raises ``Refused``."""
    if problems := _password_problems(password):
        raise Refused(*problems)
    return _change(desk, username, {"password_hash": (hasher or PasswordHasher()).hash(password)})


def change_account(desk: Engine, username: str, **changes: Any) -> Account:
    """Change ``name``, ``role``, ``worker_id``, ``team_id`` or ``active``; its sessions end. Raises ``Refused``."""
    if changes.get("role", ROLES[0]) not in ROLES:
        raise Refused(("role", "Select a role"))
    unknown = changes.keys() - {"name", "role", "worker_id", "team_id", "active"}
    if unknown:
        message = f"An account has no {', '.join(sorted(unknown))}"
        raise TypeError(message)
    return _change(desk, username, {n: _bytes(v) if isinstance(v, UUID) else v for n, v in changes.items()})


def _change(desk: Engine, username: str, values: Mapping[str, Any]) -> Account:
    query = update(accounts).where(accounts.c.username == _plain(username))
    with desk.begin() as connection:
        connection.execute(query.values(**values, session_version=accounts.c.session_version + 1))
    return _found(desk, username)


def _found(desk: Engine, username: str) -> Account:
    found = account(desk, username)
    if found is None:
        raise Refused(("username", "There is no account of this name"))
    return found


def _row(desk: Engine, username: str) -> Row[Any] | None:
    with desk.execution_options(reading=True).connect() as connection:
        return connection.execute(select(accounts).where(accounts.c.username == _plain(username))).first()


def _account(row: Row[Any]) -> Account:
    return Account(
        username=row.username,
        name=row.name,
        role=row.role,
        worker_id=UUID(bytes=bytes(row.worker_id)) if row.worker_id else None,
        team_id=UUID(bytes=bytes(row.team_id)) if row.team_id else None,
        active=row.active,
        session_version=row.session_version,
    )


def _password_problems(password: str) -> list[tuple[str, str]]:
    if len(password) < SHORTEST_PASSWORD:
        return [("password", f"Your password must have at least {SHORTEST_PASSWORD} characters")]
    return []


@cache
def _nobodys_hash() -> str:
    """A hash to check against where there is no account, so that the answer takes as long."""
    return PasswordHasher().hash("no account has this name")


def _plain(username: str) -> str:
    return username.strip().casefold()


def _bytes(value: UUID | None) -> bytes | None:
    return value.bytes if value else None
