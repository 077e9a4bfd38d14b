"""The method as pages: what an hour costs, how long work takes, and where each figure is from."""

from web.account.navigation import Entry
from web.method.views import blueprint

__all__ = ["NAVIGATION", "blueprint"]

NAVIGATION = (Entry("method.prices", "Method"),)
