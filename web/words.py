"""Codes in words, for every page: placement types, funders, kinds of cost, needs, worker types, return codes."""

from __future__ import annotations

from functools import cache

from costing.processes import FRAMEWORKS
from recorder.intake.ssda903.findings import shipped_table
from web.kinds_of_work import kind_said
from web.process_names import named_processes

__all__ = [
    "COST_KINDS",
    "FUNDERS",
    "NEEDS",
    "code_words",
    "kind_words",
    "placement_type_words",
    "process_words",
    "source_words",
    "worker_type_words",
]

_PLACEMENT_TYPES = {
    "parents": "With parents",
    "kinship": "Kinship foster care",
    "la_foster": "Local authority foster care",
    "agency_foster": "Agency foster care",
    "residential": "Residential care",
    "independence": "Independence",
    "custody": "Custody",
    "adoption": "Placed for adoption",
    "health": "Health setting",
    "temporary": "Temporary",
    "other": "Other placement",
}
FUNDERS = {"social_care": "Social care", "education": "Education", "health": "Health"}
COST_KINDS = {
    "staff": "Staff time",
    "travel": "Miles",
    "placement": "Placement",
    "service": "Service",
    "allowance": "Allowance",
}
NEEDS = {
    "disability": "Disability",
    "ebd": "Emotional or behavioural difficulties",
    "offending": "Offending",
    "uasc": "Unaccompanied asylum-seeking child",
    "cp_plan": "Child protection plan",
    "under_six": "Under six",
}
_WORKER_TYPES = {"iro": "Independent reviewing officer", "admin": "Administrator"}
_SOURCES = {"form": "entry form", "grid": "week grid", "file": "file", "calendar": "calendar", "offline": "offline"}


def placement_type_words(code: str) -> str:
    """A placement type; what is no placement is work and travel."""
    return _PLACEMENT_TYPES.get(code, "Work and travel" if code in {"", "none"} else code)


def process_words(code: str) -> str:
    """A process with its framework and number, or an own one by its name: "CLA 3: Maintain the placement"."""
    name = named_processes().get(code)
    if name is None:
        return code
    numbered = code[:3] in FRAMEWORKS and code[3:].isdecimal()
    return f"{code[:3]} {code[3:]}: {name}" if numbered else name


def kind_words(code: str) -> str:
    """A kind of work; the code itself where there never was one."""
    found = kind_said(code)
    return found.label if found else code


def worker_type_words(code: str) -> str:
    """A worker type: "Social worker"."""
    named = _WORKER_TYPES.get(code, code.replace("_", " ").capitalize())
    return named or "Type not known"


def source_words(code: str) -> str:
    """What a fact was stated through."""
    return _SOURCES.get(code, code)


@cache
def code_words(code_set: str, code: str) -> str:
    """What a code of the return means, in its own words; the code where the lists do not hold it."""
    for row in shipped_table("codes.csv"):
        if row["code_set"] == code_set and row["code"] == code:
            return str(row["meaning"])
    return code
