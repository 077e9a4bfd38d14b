"""One child: what happened, what it cost, and each figure taken apart."""

from web.account.navigation import Entry
from web.children.views import blueprint

__all__ = ["NAVIGATION", "blueprint"]

NAVIGATION = (Entry("children.index", "Children"),)
