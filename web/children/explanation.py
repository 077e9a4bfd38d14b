"""A posting in words: what was done, what it is priced at, how it was shared, and what that comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from costing.closing import ADJUSTMENT, REVERSAL
from costing.money import UNITS_PER_PENNY, exact_text, units_of_pence
from projections.queries.explained import Explained, Fee, Paid, Placed, Rate, Said, Work
from web.design.formats import hours, number, pounds, uk_date, uk_instant
from web.period import period_words
from web.words import (
    FUNDERS,
    code_words,
    kind_words,
    placement_type_words,
    source_words,
    worker_type_words,
)

__all__ = ["Part", "explained"]


@dataclass(frozen=True)
class Part:
    """One posting of a figure, ready to show. ``units`` and ``amount`` are text; "unpriced" where there is no price."""

    key: str
    title: str
    when: str
    sum: str
    units: str
    amount: str
    marks: tuple[str, ...]
    steps: tuple[str, ...]
    schema: dict[str, Any] | None = None
    facts: tuple[dict[str, str], ...] = ()
    fee_facts: tuple[dict[str, str], ...] = ()
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """What a link within the page leads to."""
        return f"posting-{self.key}".replace(" ", "-")


def explained(posting: Explained) -> Part:
    """A posting in words."""
    if posting.work is not None:
        return _work_part(posting, posting.work)
    if posting.placed is not None:
        return _placed_part(posting, posting.placed)
    if posting.paid is not None:
        return _paid_part(posting, posting.paid)
    return _part(posting, posting.cost_kind.capitalize(), "", [])


def _paid_part(posting: Explained, paid: Paid) -> Part:
    title = f"{posting.cost_kind.capitalize()}: {paid.what.replace('_', ' ')}"
    payer = FUNDERS[posting.funder]
    rows = [{"key": "Paid for", "value": paid.what.replace("_", " ").capitalize()}, {"key": "Payer", "value": payer}]
    band = ", ".join(each for each in (paid.region, paid.age_band) if each)
    if paid.pence is None:
        return _part(posting, title, "", [f"No rate holds on these days for {band or 'it'}."], rows=rows)
    amount = pounds(units_of_pence(paid.pence))
    if paid.per == "once":
        return _part(posting, title, f"{amount} once", [f"Paid once: {amount}."], rows=rows)
    days = f"{paid.days} day{'' if paid.days == 1 else 's'}"
    steps = [f"{days}, each a seventh of {amount} a week."]
    if paid.rate_from is not None:
        steps.insert(0, f"The authority’s rate for {band} from {uk_date(paid.rate_from)}: {amount} a week.")
    return _part(posting, title, f"{days} at {amount} a week", steps, rows=rows)


def _part(posting: Explained, title: str, said: str, steps: list[str], **more: Any) -> Part:
    priced = posting.amount is not None
    when = uk_date(posting.first)
    if posting.first != posting.last:
        when = f"{when} to {uk_date(posting.last)}"
    return Part(
        key=posting.key,
        title=title,
        when=when,
        sum=said,
        units=f"{posting.amount:,}" if posting.amount is not None else "unpriced",
        amount=pounds(posting.amount) if priced else "unpriced",
        marks=tuple(_marks(posting)),
        steps=tuple(steps),
        facts=tuple(_fact(each) for each in posting.history),
        **more,
    )


def _marks(posting: Explained) -> list[str]:
    said = []
    if posting.amount is None:
        said.append("Unpriced")
    if posting.basis == "average":
        said.append("Average price")
    if posting.accrual:
        said.append("Accrual")
    if posting.assumed_open:
        said.append("Assumed open")
    if posting.entry_kind == REVERSAL:
        said.append(f"Reversal, booked in {period_words(posting.booked_in)}")
    elif posting.entry_kind == ADJUSTMENT:
        said.append(f"Booked in {period_words(posting.booked_in)}")
    return said


def _fact(said: Said) -> dict[str, str]:
    through = f" ({source_words(said.source)})" if said.source else ""
    return {
        "what": said.what + (f": {said.reason}" if said.reason else ""),
        "by": (said.by or "not known") + through,
        "known": uk_instant(said.known_at),
        "recorded": uk_instant(said.recorded_at),
        "id": str(said.event_id),
    }


def _work_part(posting: Explained, work: Work) -> Part:
    title = f"{kind_words(work.kind)} by {work.worker}"
    steps = [_time_step(posting, work)]
    said = ""
    if posting.cost_kind == "travel":
        title = f"Miles driven by {work.worker}: {kind_words(work.kind).lower()}"
    elif work.rate is None:
        kind = worker_type_words(work.worker_type).lower() if work.worker_type else "a worker with no post that day"
        steps.append(f"No schema is in force for {kind}, so the time has no price.")
    elif posting.amount is None:
        steps.append("The time is not known, so it has no price. It is never taken as zero.")
    if work.whole_units is not None and posting.amount is not None:
        steps += _price_steps(posting, work)
        said = _share_sum(posting, work)
    rate = work.rate if posting.cost_kind == "staff" else None
    return _part(posting, title, said, steps, schema=_schema(rate) if rate else None, rows=_work_rows(work))


def _time_step(posting: Explained, work: Work) -> str:
    if posting.cost_kind == "travel":
        return f"{number(Fraction(work.miles_tenths or 0, 10), 1)} miles driven."
    worked = (
        f"{hours(work.worked_seconds)} of work" if work.worked_seconds is not None else "Time of the work not known"
    )
    if work.travel_seconds:
        worked += f" and {hours(work.travel_seconds)} of travel"
    return f"{worked} by {work.worker}, {worker_type_words(work.worker_type).lower()}."


def _price_steps(posting: Explained, work: Work) -> list[str]:
    whole = work.whole_units or 0
    if posting.cost_kind == "travel":
        steps = [f"At the authority’s rate a mile that is {_exact(whole)}."]
    else:
        minutes = ((work.worked_seconds or 0) + (work.travel_seconds or 0)) // 60
        j = pounds(units_of_pence(work.rate.j_pence)) if work.rate else ""
        steps = [f"{minutes} minutes at {j} an hour: {minutes} × {j} ÷ 60 = {_exact(whole)}."]
    if work.children > 1:
        share = work.exact_share or Fraction(0)
        step = (
            f"Shared among {work.children} children by weight: this child’s {work.weight} of {work.weights} is "
            f"{_exact(posting.amount or 0)}"
        )
        if share.denominator != 1:
            step += f" ({number(share, 2)} units, settled to a whole unit so that the children’s parts re-add)"
        steps.append(step + ".")
    else:
        steps.append("One child, so all of it is this child’s.")
    return steps


def _share_sum(posting: Explained, work: Work) -> str:
    if posting.cost_kind == "travel" or work.rate is None:
        return f"{work.weight}/{work.weights}" if work.children > 1 else ""
    minutes = ((work.worked_seconds or 0) + (work.travel_seconds or 0)) // 60
    said = f"{minutes} min × {pounds(units_of_pence(work.rate.j_pence))}/h"
    return said + (f" × {work.weight}/{work.weights}" if work.children > 1 else "")


def _exact(units: int) -> str:
    return exact_text(units)


def _schema(rate: Rate) -> dict[str, Any]:
    """The schema A to J as a table, its sum and its quotient shown with their numbers."""
    hour_text = number(Fraction(rate.hours_hundredths, 100), 2).removesuffix(".00")
    annual = pounds(units_of_pence(rate.annual_pence))
    ratio = "not known" if rate.ratio_hundredths is None else number(Fraction(rate.ratio_hundredths, 100), 2)
    rows: list[list[Any]] = [
        [f"{letter} {name}", "left out of the schema" if pence is None else pounds(units_of_pence(pence))]
        for letter, name, pence in rate.items
    ]
    letters = " + ".join(letter for letter, _, pence in rate.items if pence is not None)
    rows += [
        [f"G A year: {letters}", annual],
        ["H Hours worked in the year", hour_text],
        ["I Indirect hours for each direct hour", ratio],
        ["J An hour: G ÷ H", f"{annual} ÷ {hour_text} = {pounds(units_of_pence(rate.j_pence))}"],
    ]
    return {
        "title": f"{worker_type_words(rate.worker_type)}, {rate.contract}",
        "from": uk_date(rate.valid_from),
        "price_base": rate.price_base,
        "source": rate.source or "not stated",
        "exact": f"{number(rate.exact_pence / 100, 4)}",
        "rows": rows,
    }


def _work_rows(work: Work) -> list[dict[str, Any]]:
    return [
        {"key": "Worker", "value": f"{work.worker}, {worker_type_words(work.worker_type).lower()}"},
        {"key": "Children sharing", "value": f"{work.children}, weight {work.weight} of {work.weights}"},
        {"key": "Outcome", "value": {"held": "Held", "not_in": "Not in", "cancelled": "Cancelled"}.get(work.outcome)},
    ]


def _placed_part(posting: Explained, placed: Placed) -> Part:
    funder = FUNDERS.get(posting.funder, posting.funder)
    place = code_words("PLACE", placed.place)
    title = placement_type_words(placed.place_type)
    title += f": {funder.lower()} share" if _is_shared(placed) else f", {place.lower()}"
    nights = f"{placed.nights} night{'' if placed.nights == 1 else 's'}"
    weekly = None if placed.weekly_pence is None else pounds(units_of_pence(placed.weekly_pence))
    steps = [f"{nights} in this placement: the first night is charged, the day of leaving is not."]
    said = ""
    if posting.amount is None:
        steps.append("No fee is known and the placement type has no average, so these nights have no price.")
    elif weekly is None:
        steps.append(f"{placement_type_words(placed.place_type)} costs nothing where no fee is agreed.")
        said = f"{nights}, free"
    else:
        steps += [
            _price_of_night(placed, weekly, funder),
            f"{placed.nights} × {weekly} ÷ 7 = {_exact(posting.amount)}.",
        ]
        said = f"{nights} × {weekly} ÷ 7"
        plain = placed.nights * (placed.weekly_pence or 0) * (UNITS_PER_PENNY // 7)
        if plain != posting.amount:
            steps[-1] = f"Together {_exact(posting.amount)}, the price having changed within the month."
    if posting.assumed_open:
        steps.append("These nights lie after the last return; the placement is assumed to have gone on.")
    elif posting.accrual:
        steps.append("An accrual: the month is still running.")
    fee_facts = tuple(_fact(each) for each in placed.fee.history) if placed.fee else ()
    rows = [
        {"key": "Placement", "value": f"{place} ({placed.place})"},
        {
            "key": "Provider",
            "value": f"{code_words('PLACE_PROVIDER', placed.provider)} ({placed.provider})"
            if placed.provider
            else None,
        },
    ]
    rows += _fee_rows(placed.fee) if placed.fee else []
    return _part(posting, title, said, steps, rows=rows, fee_facts=fee_facts)


def _is_shared(placed: Placed) -> bool:
    return placed.fee is not None and sum(bool(pence) for pence in placed.fee.shares.values()) > 1


def _price_of_night(placed: Placed, weekly: str, funder: str) -> str:
    kind = placement_type_words(placed.place_type).lower()
    if placed.fee is None:
        return (
            f"No fee is known for these nights, so they take the average of {kind} in {placed.year}: {weekly} a week. "
            "This is an average, not a price agreed for this child."
        )
    if _is_shared(placed):
        whole = pounds(units_of_pence(placed.fee.weekly_pence))
        return f"{funder} pays {weekly} of the fee of {whole} a week."
    return f"The fee agreed for the child is {weekly} a week."


def _fee_rows(fee: Fee) -> list[dict[str, Any]]:
    until = f" until {uk_date(fee.valid_to)}" if fee.valid_to else ""
    shares = [f"{FUNDERS[name].lower()} {pounds(units_of_pence(pence))}" for name, pence in fee.shares.items() if pence]
    return [
        {"key": "Fee in force", "value": f"from {uk_date(fee.valid_from)}{until}"},
        {"key": "Who pays", "value": ", ".join(shares) or "nobody: the fee is nothing"},
        {"key": "Reference", "value": fee.reference or None},
    ]
