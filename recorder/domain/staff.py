"""Workers and teams: who they are, what post they hold, for how many hours, in which team."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from .facts import Body, topic

__all__ = ["PostAmended", "PostDetails", "PostStated", "TeamFormed", "WorkerJoined"]


@topic("worker.joined.v1")
class WorkerJoined(Body, frozen=True, kw_only=True):
    """A worker is known, by the reference the authority's own systems use."""

    reference: str
    name: str = ""


class PostDetails(Body, frozen=True, kw_only=True):
    """A post a worker holds from a day until another (exclusive; None while it lasts).

    ``weekly_minutes`` are the contracted minutes a week; ``fte_hundredths`` 100 for full time.
    """

    worker: UUID
    role: str
    worker_type: str
    team: UUID | None = None
    grade: str = ""
    contract: str = "employed"
    fte_hundredths: int | None = None
    weekly_minutes: int | None = None
    starts: date
    ends: date | None = None


@topic("worker.post_stated.v1")
class PostStated(PostDetails, frozen=True, kw_only=True):
    """The post as first stated."""


@topic("worker.post_amended.v1")
class PostAmended(PostDetails, frozen=True, kw_only=True):
    """The post as stated later, whole."""


@topic("team.formed.v1")
class TeamFormed(Body, frozen=True, kw_only=True):
    """A team exists under this name."""

    name: str
