"""What may be set from outside, read from the environment once at start and checked all at once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from recorder.store import Databases, open_databases

__all__ = ["ENVIRONMENTS", "Settings", "SettingsError"]

ENVIRONMENTS = ("production", "demonstration", "development")
OFFLINE_LABELS = ("initials", "numbers", "off")
PREFIX = "DAYBOOK_"
_LEAST_SECRET = 32
_YES = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}


class SettingsError(ValueError):
    """The settings cannot be used. ``problems`` holds every reason, each naming its setting."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Daybook cannot start with these settings:\n- " + "\n- ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting, with its safe default. ``DAYBOOK_DATA`` sets ``data``, and so on.

    data: folder of the embedded databases, and of the secret key made where none is given.
    database_url: a ``postgresql://`` address; blank for the embedded store in ``data``.
    env: ``production`` (the default), ``demonstration`` (made-up data, a banner says so) or ``development``.
    secret_key: signs the session cookie; 32 characters or more. Needed in production.
    secure_cookies: cookies over HTTPS alone; blank means yes in production.
    session_minutes: how long somebody may be idle before signing in again.
    authority: the name of the authority, shown in the header.
    trusted_proxies: how many reverse proxies stand before the site and set X-Forwarded headers.
    wait_milliseconds: how long a page waits to show what was just recorded.
    offline_labels: what children are called on a device without signal: ``initials``, ``numbers`` or ``off``.
    offline_hours: how long a device keeps entries and labels without meeting the site.
    sign_in_limit: failed sign-ins allowed for one username, and ``address_limit`` from one address.
    argon2_time, argon2_kib, argon2_lanes: the cost of hashing a password.
    """

    data: str = "./var"
    database_url: str = ""
    env: str = "production"
    secret_key: str = ""
    secure_cookies: bool | None = None
    session_minutes: int = 8 * 60
    authority: str = ""
    trusted_proxies: int = 0
    wait_milliseconds: int = 2_000
    offline_labels: str = "initials"
    offline_hours: int = 12
    sign_in_limit: str = "10 per 5 minutes"
    address_limit: str = "100 per 5 minutes"
    argon2_time: int = 3
    argon2_kib: int = 65_536
    argon2_lanes: int = 4

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings that the environment gives. Raises ``SettingsError`` for a value of the wrong sort."""
        environ = os.environ if environ is None else environ
        given: dict[str, Any] = {}
        problems: list[str] = []
        for each in fields(cls):
            text = environ.get(PREFIX + each.name.upper(), "").strip()
            if not text:
                continue
            try:
                given[each.name] = _value(text, str(each.type))
            except ValueError as wrong:
                problems.append(f"{PREFIX}{each.name.upper()}: {wrong}")
        if problems:
            raise SettingsError(problems)
        return cls(**given)

    @property
    def production(self) -> bool:
        """Whether real children's records may lie here, so that nothing unsafe is let through."""
        return self.env == "production"

    @property
    def cookies_secure(self) -> bool:
        """Whether cookies travel over HTTPS alone."""
        return self.production if self.secure_cookies is None else self.secure_cookies

    def problems(self) -> list[str]:
        """Every reason not to start with these settings; empty where there is none."""
        found = []
        if self.env not in ENVIRONMENTS:
            found.append(f"DAYBOOK_ENV: “{self.env}” is not one of {', '.join(ENVIRONMENTS)}.")
        if self.offline_labels not in OFFLINE_LABELS:
            found.append(f"DAYBOOK_OFFLINE_LABELS: “{self.offline_labels}” is not one of {', '.join(OFFLINE_LABELS)}.")
        if self.production and not self.secret_key:
            found.append("DAYBOOK_SECRET_KEY: production needs a secret key of its own.")
        if self.secret_key and len(self.secret_key) < _LEAST_SECRET:
            found.append(f"DAYBOOK_SECRET_KEY: make it {_LEAST_SECRET} characters or longer.")
        if self.production and not self.cookies_secure:
            found.append("DAYBOOK_SECURE_COOKIES: production may not send the session cookie over plain HTTP.")
        if self.database_url and not self.database_url.startswith(("postgresql://", "postgresql+psycopg://")):
            found.append("DAYBOOK_DATABASE_URL: write an address that begins with postgresql://.")
        least = {"session_minutes": 1, "trusted_proxies": 0, "wait_milliseconds": 0, "offline_hours": 1}
        least |= {"argon2_time": 1, "argon2_lanes": 1, "argon2_kib": 8 * self.argon2_lanes}
        for name, value in least.items():
            if getattr(self, name) < value:
                found.append(f"{PREFIX}{name.upper()}: it may not be under {value}.")
        if self.production and self.argon2_time * self.argon2_kib < 2 * 19_456:
            found.append("DAYBOOK_ARGON2_KIB: production may not hash passwords this cheaply.")
        return found

    def databases(self) -> Databases:
        """The databases of this authority."""
        return open_databases(self.database_url or self.data)

    def signing_key(self) -> str:
        """The secret key; outside production one is made in the data folder where none is given."""
        if self.secret_key:
            return self.secret_key
        path = Path(self.data) / "session.key"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            # Opened so that only one of several processes that start together makes it.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return path.read_text()


def _value(text: str, kind: str) -> str | int | bool:
    if "bool" in kind:
        if text.lower() not in _YES:
            message = f"“{text}” is neither yes nor no."
            raise ValueError(message)
        return _YES[text.lower()]
    if kind == "int":
        try:
            return int(text)
        except ValueError:
            message = f"“{text}” is not a whole number."
            raise ValueError(message) from None
    return text
