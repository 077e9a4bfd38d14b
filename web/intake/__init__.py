"""What came in from files: descriptions that wait to be settled, and the imports so far."""

from web.account.navigation import Entry
from web.intake.views import blueprint

__all__ = ["NAVIGATION", "blueprint"]

NAVIGATION = (Entry("intake.waiting", "Imports", home_of=("administrator",)),)
