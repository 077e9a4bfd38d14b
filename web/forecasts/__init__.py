"""Forecasts: children in placement and what they will cost, what if, and how well earlier forecasts did."""

from web.account.navigation import Entry
from web.forecasts.views import blueprint

__all__ = ["NAVIGATION", "blueprint"]

NAVIGATION = (Entry("forecasts.overview", "Forecast"),)
