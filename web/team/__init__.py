"""A leader's team: hours recorded by worker and week, and how much of the contracted time they cover."""

from web.account.navigation import Entry
from web.team.views import blueprint

__all__ = ["NAVIGATION", "blueprint"]

NAVIGATION = (Entry("team.hours", "Team", home_of=("team_leader",)),)
