"""Rates, their limits and what became of them, in words."""

from __future__ import annotations

from datetime import date, timedelta

from costing.money import UNITS_PER_PENNY
from recorder.domain.rate_changes import ALLOWANCE, EFFECT, HOUR, WEEK, Limits, RateProposed
from web.design.formats import number, pounds, pounds_whole, uk_date
from web.words import worker_type_words

__all__ = ["STANDING", "last_day", "limit_words", "pounds_of_pence", "title_of", "worker_words"]

STANDING = {"waiting": "Waits", "approved": "Approved", "refused": "Refused"}


def limit_words(code: str, limits: Limits) -> str:
    """Why rates need a second person."""
    if code == WEEK:
        return f"A fee changes by more than {pounds_of_pence(limits.week_pence)} a week"
    if code == HOUR:
        return f"A price of an hour changes by more than {pounds_of_pence(limits.hour_pence)}"
    if code == ALLOWANCE:
        return f"A rate of an allowance changes by more than {pounds_of_pence(limits.allowance_pence)} a week"
    if code == EFFECT and limits.effect_units is not None:
        return f"What is posted moves by more than {pounds_whole(limits.effect_units)}"
    return "Above a limit"


def title_of(rates: RateProposed) -> str:
    """What rates are about: "3 fees from 1 April 2026"."""
    parts = []
    if rates.fees:
        count = len(rates.fees)
        first = min(fee.valid_from for fee in rates.fees)
        parts.append(f"{'A fee' if count == 1 else f'{number(count)} fees'} from {uk_date(first)}")
    if len(rates.schemas) == 1:
        body = rates.schemas[0]
        said = f"The price of an hour of {worker_type_words(body.worker_type).lower()}, {body.contract}"
        parts.append(f"{said}, from {uk_date(body.valid_from)}")
    elif rates.schemas:
        first = min(each.valid_from for each in rates.schemas)
        parts.append(f"{number(len(rates.schemas))} prices of an hour from {uk_date(first)}")
    if rates.allowances:
        count = len(rates.allowances)
        first = min(each.valid_from for each in rates.allowances)
        said = "A rate of an allowance" if count == 1 else f"{number(count)} rates of allowances"
        parts.append(f"{said} from {uk_date(first)}")
    return "; ".join(parts)


def last_day(valid_to: date | None) -> str:
    """The last day of a fee, from the first on which it holds no more; blank where it runs on."""
    return "" if valid_to is None else uk_date(valid_to - timedelta(days=1))


def pounds_of_pence(pence: int | None) -> str:
    """Pence as pounds and pence; None is not known."""
    return pounds(None if pence is None else pence * UNITS_PER_PENNY)


def worker_words(worker_type: str, contract: str) -> str:
    """A worker type and how it is employed: "Social worker, agency"."""
    return f"{worker_type_words(worker_type)}, {contract}"
