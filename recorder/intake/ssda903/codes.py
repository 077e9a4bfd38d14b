"""The code lists, by return year, and when two codes of different years mean the same.

Lists change between years: sex 1 and 2 became M and F, semi-independent living (H5, P2) became registered
supported accommodation (K3). A change of list is never a fault of the return.
"""

from __future__ import annotations

from functools import cache

from .findings import shipped_table

__all__ = ["codes_of", "recoded", "same_sex", "years_of"]

_SEX_MEANING = {"1": "M", "2": "F"}


@cache
def codes_of(code_set: str, year: str) -> frozenset[str]:
    """The codes that a list holds in a return year written `2024/25`."""
    return frozenset(
        row["code"]
        for row in shipped_table("codes.csv")
        if row["code_set"] == code_set
        and row["from_return_year"] <= year
        and (not row["to_return_year"] or year <= row["to_return_year"])
    )


@cache
def years_of(code_set: str, code: str) -> str:
    """In which years a list holds a code, in words (`until 2023/24`); '' if it never did."""
    for row in shipped_table("codes.csv"):
        if row["code_set"] == code_set and row["code"] == code:
            first, last = row["from_return_year"], row["to_return_year"]
            if first and last:
                return f"{first} to {last}"
            return f"from {first}" if first else f"until {last}" if last else "all years"
    return ""


@cache
def recoded(code_set: str, before: str, after: str, year: str) -> bool:
    """Whether `after` is what the list of `year` says in place of an earlier list's `before`."""
    return any(
        (row["code_set"], row["before"], row["after"]) == (code_set, before, after) and row["from_return_year"] <= year
        for row in shipped_table("recodings.csv")
    )


def same_sex(one: str, other: str) -> bool:
    """Whether two sex codes, of whatever years, can be of one person: equal in meaning, or one of them not known."""
    meanings = {_SEX_MEANING.get(code, code) for code in (one, other)}
    return len(meanings - {"U", ""}) < 2
