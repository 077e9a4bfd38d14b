"""The tables as the method takes them: every child's facts, from the tables as they stand or as at an instant.

Each table is read once, whatever the number of children; dates of birth are opened in bulk. Ids of facts are
the name of the table and the number of the row (``episode:17``), so that a page can lead to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

import polars as pl
from sqlalchemy import Table

from costing.calendar import return_year_first
from costing.care_facts import (
    Assessment,
    Case,
    ChildFacts,
    CinPlan,
    EarlyHelp,
    Enquiry,
    Episode,
    Need,
    PreProceedings,
    ProtectionPlan,
    RecordedWork,
    Review,
)
from costing.pathway_care import TEMPORARY
from costing.placement_map import with_meaning
from costing.variations import Frameworks
from costing.vocabulary import occurrences_of, shown_by
from projections import tables as t
from projections.derive import prices_of
from projections.queries.cost_lines import CostSource
from projections.queries.frameworks import frameworks_of
from projections.queries.need_facts import convictions, disabilities, plan_need, recorded_needs, sdq_scores
from recorder.personal import ErasedError, KeyStore

__all__ = ["births", "child_facts", "placement_map_of"]

_ONE_DAY = timedelta(days=1)
_HELD = "held"
_IN_AREA = {"IN": True, "OUT": False}
_OUTCOMES = "oc2"
_ACTIVITY = ("activity_no", "service_date", "kind", "outcome", "withdrawn")
_SHARE = ("activity_no", "child_no", "process")
_Row = dict[str, Any]
_Kind = TypeVar("_Kind")


def child_facts(
    source: CostSource, keys: KeyStore, frameworks: Frameworks | None = None
) -> tuple[tuple[ChildFacts, ...], tuple[str, ...]]:
    """Every child's facts in order of its number (``ChildFacts.child``), and what could not be told, in words.

    Births come from the key store: a child that is erased, or whose birth nobody stated, has none. Placements
    of which no return says whether they are in the area are counted, as is work in need of no case that had
    begun by then, which is left out.
    """
    known = frameworks or frameworks_of(source)
    born_on = births(source, keys)
    reading = _Reading(source, known)
    reviews_from = _reviews_known_from(source)
    found = tuple(
        ChildFacts(
            child=str(number),
            birth_date=born,
            episodes=tuple(reading.episodes.get(number, ())),
            reviews=tuple(reading.reviews.get(number, ())),
            needs=tuple(reading.needs.get(number, ())),
            sdq_scores=tuple(reading.scores.get(number, ())),
            cases=tuple(reading.cases.get(number, ())),
            early_help=tuple(reading.early_help.get(number, ())),
            work=tuple(reading.work.get(number, ())),
            reviews_known_from=reviews_from,
        )
        for number, born in sorted(born_on.items())
    )
    return found, reading.notes()


def placement_map_of(source: CostSource) -> pl.DataFrame:
    """The authority's placement map: its own where it has set one, else the shipped one."""
    rates, posts, settings, fees = (source.frame(each) for each in (t.rate, t.post, t.setting, t.fee))
    averages = source.frame(t.type_average)
    return prices_of(rates, posts, settings, fees, None, None, averages).placement_map


def births(source: CostSource, keys: KeyStore) -> dict[int, date | None]:
    """Each child's date of birth by its number; none for a child that is erased or whose birth nobody stated."""
    rows = source.frame(t.child).select("child_no", "child_id", "personal").rows()
    keys.refresh(UUID(bytes=child) for _, child, _ in rows)
    return {number: _birth(keys, UUID(bytes=child), sealed) for number, child, sealed in rows}


def _birth(keys: KeyStore, child: UUID, sealed: str | None) -> date | None:
    try:
        said = keys.decrypt(child, sealed).get("dob", "") if sealed else ""
        return date.fromisoformat(said) if said else None
    except (ErasedError, ValueError):
        return None


def _reviews_known_from(source: CostSource) -> date | None:
    returns = source.frame(t.import_batch).filter((pl.col("what") == "ssda903") & (pl.col("return_year") != ""))
    years = sorted(set(returns["return_year"]))
    return return_year_first(years[0]) if years else None


class _Reading:
    """The facts of each kind by the child's number."""

    def __init__(self, source: CostSource, frameworks: Frameworks) -> None:
        self._source = source
        self._without_case = self._area_unknown = 0
        self.episodes = _by_child(self._episodes())
        self.reviews = _by_child(
            (row["child_no"], Review(f"review:{row['review_no']}", row["held_on"])) for row in self._rows(t.review)
        )
        self._loose_plans: list[tuple[int, Need]] = []
        self.cases = self._cases()
        outcomes = source.frame(t.return_row).filter(pl.col("table_name").str.to_lowercase() == _OUTCOMES)
        self._outcomes = outcomes.sort("return_row_no").to_dicts()
        self.needs = _by_child(self._needs())
        self.scores = _by_child(sdq_scores(self._outcomes))
        self.early_help = _by_child(self._early_help())
        self.work = _by_child(self._work(frameworks))

    def notes(self) -> tuple[str, ...]:
        """What could not be told."""
        said = []
        if self._area_unknown:
            said.append(
                "Episodes of care of which no return says whether the placement is in the area, "
                f"so that no rule of area picks a variation: {self._area_unknown}."
            )
        if self._without_case:
            said.append(f"Assessments, plans and enquiries of no known referral, left out: {self._without_case}.")
        return tuple(said)

    def _rows(self, table: Table) -> list[_Row]:
        frame = self._source.frame(table)
        return (frame.filter(~pl.col("withdrawn")) if "withdrawn" in frame.columns else frame).to_dicts()

    def _episodes(self) -> Iterator[tuple[int, Episode]]:
        held = self._source.frame(t.episode).filter(~pl.col("withdrawn"))
        typed = with_meaning(held, placement_map_of(self._source), day="decom")
        for row in typed.sort("child_no", "decom", "episode_no").iter_rows(named=True):
            names = ("decom", "dec", "rne", "ls", "place", "provider", "rec", "placement_type", "urn", "stops_on")
            said = {name: row[name] for name in names}
            in_area = _IN_AREA.get(row["pl_location"])
            self._area_unknown += in_area is None and row["place"] not in TEMPORARY
            yield (
                row["child_no"],
                Episode(
                    number=row["episode_no"],
                    id=f"episode:{row['episode_no']}",
                    in_area=in_area,
                    district=row["pl_la"],
                    reason=row["reason_place_change"],
                    **said,
                ),
            )

    def _needs(self) -> Iterator[tuple[int, Need]]:
        yield from recorded_needs(self._source.frame(t.need).to_dicts())
        yield from disabilities(self._rows(t.disabilities))
        yield from convictions(self._outcomes)
        yield from self._loose_plans

    def _early_help(self) -> Iterator[tuple[int, EarlyHelp]]:
        for row in self._rows(t.early_help):
            yield (
                row["child_no"],
                EarlyHelp(
                    id=f"early_help:{row['early_help_no']}",
                    agreed_on=row["intended"],
                    assessment_starts=row["assessment_starts"],
                    assessed_on=row["assessed"],
                    meetings=_days(row["meetings"]),
                    closed_on=row["closed"],
                ),
            )

    def _work(self, frameworks: Frameworks) -> Iterator[tuple[int, RecordedWork]]:
        codes = [each.code for each in frameworks.processes]
        every = self._source.frame(t.activity, _ACTIVITY)
        held = every.filter(~pl.col("withdrawn") & (pl.col("outcome") == _HELD))
        shares = self._source.frame(t.activity_child, _SHARE).filter(pl.col("process").is_in(codes))
        joined = shares.join(held.select("activity_no", "service_date", "kind"), on="activity_no")
        shown = {code: (shown_by(code), occurrences_of(code)) for code in joined["kind"].unique()}
        columns = ("child_no", "activity_no", "process", "service_date", "kind")
        for child, number, process, on, kind in joined.sort("child_no", "activity_no").select(columns).iter_rows():
            yield child, RecordedWork(f"activity:{number}", process, on, *shown[kind])

    def _cases(self) -> dict[int, list[Case]]:
        """Referrals with what was done under each: by its date, else by the last that had begun."""
        held: dict[int, dict[int, Case]] = defaultdict(dict)
        for row in sorted(self._rows(t.referral), key=lambda each: (each["referred_on"], each["referral_no"])):
            held[row["child_no"]][row["referral_no"]] = Case(
                id=f"referral:{row['referral_no']}",
                referred_on=row["referred_on"],
                no_further_action=row["no_further_action"],
                closed_on=row["closed"] or row["stops_on"],
                conference_on=row["conference"],
            )
        under: dict[tuple[int, int], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for child, referred, starts, name, what in self._under_cases():
            place = _case_of(held.get(child, {}), referred, starts)
            if place is None:
                self._without_case += 1
                if isinstance(what, ProtectionPlan):
                    self._loose_plans.append((child, plan_need(what)))
            else:
                under[child, place][name].append(what)
        for (child, place), found in under.items():
            parts: dict[str, Any] = {name: tuple(rows) for name, rows in found.items()}
            held[child][place] = replace(held[child][place], **parts)
        return {child: list(cases.values()) for child, cases in held.items()}

    def _under_cases(self) -> Iterator[tuple[int, date | None, date, str, object]]:
        """Child, day of the referral, own start, field of a case, and what was done."""
        for row in self._rows(t.assessment):
            done = Assessment(f"assessment:{row['assessment_no']}", row["starts"], row["authorised"])
            yield row["child_no"], row["referred_on"], row["starts"], "assessments", done
        for row in self._rows(t.cin_plan):
            plan = CinPlan(f"cin_plan:{row['cin_plan_no']}", row["starts"], _after(row["ends"]))
            yield row["child_no"], row["referred_on"], row["starts"], "plans", plan
        for row in self._rows(t.cp_plan):
            number, reviews = f"cp_plan:{row['cp_plan_no']}", _days(row["reviews"])
            protection = ProtectionPlan(number, row["starts"], _after(row["ends"]), reviews)
            yield row["child_no"], row["referred_on"], row["starts"], "protection_plans", protection
        for row in self._rows(t.section47):
            # A target for the conference is counted from the strategy discussion, so it shows that there was one.
            met = True if row["strategy_on"] or row["conference_target"] else None
            number, held_on = f"section47:{row['section47_no']}", row["conference"]
            enquiry = Enquiry(number, row["starts"], held_on, strategy_meeting=met, conference_on=held_on)
            yield row["child_no"], row["referred_on"], row["starts"], "enquiries", enquiry
        for row in self._rows(t.pre_proceedings):
            begun = row["starts"] or row["letter_sent"] or row["initial_letter"]
            if begun:
                ends = row["court_application"] or row["decided"]
                work = PreProceedings(f"pre_proceedings:{row['pre_proceedings_no']}", begun, ends)
                yield row["child_no"], row["referred_on"], begun, "pre_proceedings", work


def _case_of(cases: Mapping[int, Case], referred: date | None, starts: date) -> int | None:
    named = [place for place, case in cases.items() if case.referred_on == referred]
    begun = [place for place, case in cases.items() if case.referred_on <= starts]
    found = named or begun
    return found[-1] if found else None


def _after(last: date | None) -> date | None:
    """The first day no longer part of something that is told by its last."""
    return last + _ONE_DAY if last else None


def _days(text: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in text.split())


def _by_child(found: Iterable[tuple[int, _Kind]]) -> dict[int, list[_Kind]]:
    held: dict[int, list[_Kind]] = defaultdict(list)
    for child, what in found:
        held[child].append(what)
    return held
