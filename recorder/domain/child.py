"""A child: an identity, the identifiers others know it by, and its needs."""

from __future__ import annotations

from datetime import date

from .facts import Body, topic

__all__ = [
    "ChildDescribed",
    "ChildRegistered",
    "IdentifierLinked",
    "IdentifierUnlinked",
    "NeedEnded",
    "NeedStarted",
]


@topic("child.registered.v1")
class ChildRegistered(Body, frozen=True, kw_only=True):
    """A child is known to the authority. ``personal`` is encrypted with the child's own key."""

    personal: str | None = None
    sex: str = ""
    ethnicity: str = ""


@topic("child.described.v1")
class ChildDescribed(Body, frozen=True, kw_only=True):
    """What is said of the child now: replaces what was said before, whole."""

    personal: str | None = None
    sex: str = ""
    ethnicity: str = ""


@topic("child.identifier_linked.v1")
class IdentifierLinked(Body, frozen=True, kw_only=True):
    """Another system knows the child by this identifier (``personal``, encrypted)."""

    system: str
    personal: str
    evidence: str = ""


@topic("child.identifier_unlinked.v1")
class IdentifierUnlinked(Body, frozen=True, kw_only=True):
    """The identifier was not this child's, or has been replaced."""

    system: str
    personal: str
    reason: str = ""


@topic("child.need_started.v1")
class NeedStarted(Body, frozen=True, kw_only=True):
    """A dated need flag: disability, ebd, offending, uasc, cp_plan."""

    need: str
    on: date


@topic("child.need_ended.v1")
class NeedEnded(Body, frozen=True, kw_only=True):
    """The need flag no longer holds from this day."""

    need: str
    on: date
