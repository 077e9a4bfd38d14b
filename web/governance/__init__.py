"""Who looked at what: the read log, for information governance."""

from web.account.navigation import Entry
from web.governance.views import blueprint

__all__ = ["NAVIGATION", "blueprint"]

NAVIGATION = (Entry("governance.reads", "Who looked", home_of=("information_governance",)),)
