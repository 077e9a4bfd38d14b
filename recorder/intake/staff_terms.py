"""What a roster's words for roles and contracts mean: the worker types that schemas of unit costs use."""

from __future__ import annotations

import re

__all__ = ["CONTRACTS", "WORKER_TYPES", "contract_of", "worker_type_of"]

WORKER_TYPES = {
    "social worker": "social_worker",
    "newly qualified social worker": "social_worker",
    "nqsw": "social_worker",
    "asye social worker": "social_worker",
    "senior social worker": "senior_social_worker",
    "advanced practitioner": "senior_social_worker",
    "senior practitioner": "senior_social_worker",
    "consultant social worker": "senior_social_worker",
    "team manager": "team_manager",
    "team leader": "team_manager",
    "assistant team manager": "team_manager",
    "deputy team manager": "team_manager",
    "practice manager": "team_manager",
    "family support worker": "family_support_worker",
    "support worker": "family_support_worker",
    "social work assistant": "family_support_worker",
    "independent reviewing officer": "iro",
    "iro": "iro",
    "administrator": "admin",
    "admin": "admin",
    "business support officer": "admin",
}
CONTRACTS = {
    "": "employed",
    "employed": "employed",
    "permanent": "employed",
    "fixed term": "employed",
    "temporary": "employed",
    "agency": "agency",
    "locum": "agency",
}


def worker_type_of(role: str) -> tuple[str, bool]:
    """The worker type of a role or of a type's own code, and whether the table knows it; else the role's slug."""
    plain = " ".join(re.sub(r"[^a-z0-9]+", " ", role.casefold()).split())
    slug = plain.replace(" ", "_")
    if plain in WORKER_TYPES:
        return WORKER_TYPES[plain], True
    return slug, slug in WORKER_TYPES.values()


def contract_of(text: str) -> str | None:
    """Employed or agency, or None for a word nobody knows; blank is employed."""
    return CONTRACTS.get(" ".join(re.sub(r"[-_]+", " ", text.casefold()).split()))
