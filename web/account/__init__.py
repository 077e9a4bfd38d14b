"""Signing in and out, and who may see what."""

from web.account.access import allow, public
from web.account.people import ROLES, Person, current_person, signed_in
from web.account.views import blueprint

__all__ = ["ROLES", "Person", "allow", "blueprint", "current_person", "public", "signed_in"]
