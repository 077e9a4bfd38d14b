"""Runs of the Cost Calculator: asked for on a form, made, kept, and shared by their address."""

from web.account.navigation import Entry
from web.runs.views import blueprint

__all__ = ["NAVIGATION", "blueprint"]

NAVIGATION = (Entry("runs.kept", "Runs"),)
