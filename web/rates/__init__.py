"""Rates: fees and prices of an hour, entered or sent in as a file, their effect first, approved by a second person."""

from web.account.navigation import Entry
from web.rates.views import blueprint

__all__ = ["NAVIGATION", "blueprint"]

NAVIGATION = (Entry("rates.overview", "Rates"),)
