"""A worker's own day: what they recorded, and recording more."""

from web.account.navigation import Entry
from web.record.views import blueprint

__all__ = ["NAVIGATION", "blueprint"]

NAVIGATION = (
    Entry("record.my_day", "My day", home_of=("social_worker",)),
    Entry("record.recording_figures", "Recording"),
)
