"""What holds of every pathway, whatever the child."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from costing.care_facts import (
    Assessment,
    Case,
    ChildFacts,
    Enquiry,
    Episode,
    Need,
    ProtectionPlan,
    RecordedWork,
    Review,
    SdqScore,
)
from costing.pathway import Pathway, days_in, occurrences_in, pathway
from costing.pathway_settings import PathwaySettings
from costing.placements import nights
from costing.vocabulary import occurrences_of, shown_by

START = date(2023, 1, 1)
HORIZON = date(2025, 6, 30)
TYPES = {"U6": "la_foster", "K2": "residential", "U3": "kinship", "T1": "temporary"}
days = st.integers(0, 900).map(lambda count: START + timedelta(count))
lengths = st.none() | st.integers(0, 500).map(timedelta)


def after(start: date, length: timedelta | None) -> date | None:
    return None if length is None else start + length


@st.composite
def histories(draw: st.DrawFn) -> tuple[Episode, ...]:
    """Care that follows on, with gaps and moves on one day; open or not at the end."""
    found, day = [], draw(days)
    count = draw(st.integers(0, 6))
    for number in range(count):
        dec = day + timedelta(draw(st.integers(0, 200)))
        last = number == count - 1
        leaves = draw(st.booleans()) if last else draw(st.integers(0, 5)) == 0
        place = draw(st.sampled_from(sorted(TYPES)))
        rne = "S" if not found or found[-1].rec != "X1" else draw(st.sampled_from("LPTBU"))
        status = draw(st.sampled_from(["V2", "C1", "C2", "L2"]))
        rec = "E4A" if leaves else "" if last else "X1"
        end = dec if rec else None
        episode = Episode(number, f"e{number}", day, end, rne, status, place, "PR1", rec, TYPES[place])
        found.append(replace(episode, in_area=draw(st.sampled_from([None, True, False]))))
        day = dec + timedelta(draw(st.integers(0, 60)) if leaves else 0)
    return tuple(found)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    day = draw(days)
    number = draw(st.integers(0, 10**6))
    start = day + timedelta(draw(st.integers(0, 30)))
    return Case(
        id=f"c{number}",
        referred_on=day,
        closed_on=after(day, draw(lengths)),
        no_further_action=draw(st.sampled_from([None, True, False])),
        assessments=(Assessment(f"a{number}", start, after(start, draw(lengths)), draw(st.booleans())),),
        enquiries=(Enquiry(f"q{number}", start, None, draw(st.booleans()), after(start, draw(lengths))),),
        protection_plans=(ProtectionPlan(f"p{number}", start, after(start, draw(lengths)), (start,)),),
    )


@st.composite
def children(draw: st.DrawFn) -> ChildFacts:
    def some(kind, *more):
        drawn = draw(st.lists(st.tuples(days, *more), max_size=4))
        return tuple(kind(f"{kind.__name__}{place}", row) for place, row in enumerate(drawn))

    flags = st.sampled_from(["disability", "ebd", "offending", "uasc", "cp_plan"])
    codes = st.sampled_from(["CLA2", "CLA5", "CLA6", "CIN6", "CIN7", "CAF4"])
    kinds = st.sampled_from(["D6", "D6R", "D6S", "I4P", "I4R"])
    return ChildFacts(
        child="any",
        birth_date=draw(st.none() | st.dates(date(2007, 1, 1), date(2022, 12, 31))),
        episodes=draw(histories()),
        reviews=some(_review),
        needs=some(_need, flags, lengths),
        sdq_scores=some(_score, st.integers(0, 40)),
        cases=tuple(draw(st.lists(cases(), max_size=3, unique_by=lambda each: each.id))),
        work=some(_work, codes, kinds),
    )


def _review(name: str, row) -> Review:
    return Review(name, row[0])


def _need(name: str, row) -> Need:
    return Need(name, row[1], row[0], after(row[0], row[2]))


def _score(name: str, row) -> SdqScore:
    return SdqScore(name, row[0], row[1])


def _work(name: str, row) -> RecordedWork:
    return RecordedWork(name, row[1], row[0], shown_by(row[2]), occurrences_of(row[2]))


def amounts(found: Pathway, first: date, last: date) -> dict[object, object]:
    """Occurrences and days of each process and variation in a period."""
    sums: dict[object, object] = {}
    for part in occurrences_in(found, first, last):
        key = (part.occurrence.process, part.occurrence.variations)
        sums[key] = sums.get(key, 0) + part.share
    for each in days_in(found, first, last):
        key = (each.process, each.variations)
        sums[key] = sums.get(key, 0) + each.days
    return sums


@settings(max_examples=60, deadline=None)
@given(children(), days, st.integers(0, 700), st.integers(0, 700))
def test_a_period_cut_in_two_adds_up_again(child, first, one, two) -> None:
    found = pathway(child, HORIZON)
    middle = first + timedelta(one)
    last = middle + timedelta(two + 1)
    parts = amounts(found, first, middle)
    for key, amount in amounts(found, middle + timedelta(1), last).items():
        parts[key] = parts.get(key, 0) + amount
    assert parts == amounts(found, first, last)


@settings(max_examples=60, deadline=None)
@given(children(), st.randoms(use_true_random=False))
def test_shuffled_facts_give_the_same_pathway(child, random) -> None:
    def shuffled(facts):
        return tuple(random.sample(facts, len(facts)))

    names = ("episodes", "reviews", "needs", "sdq_scores", "cases", "work")
    other = replace(child, **{name: shuffled(getattr(child, name)) for name in names})
    assert pathway(other, HORIZON) == pathway(child, HORIZON)


@settings(max_examples=60, deadline=None)
@given(children(), st.integers(1, 400), st.sampled_from(["C1", "C2", "E1", "V2"]))
def test_a_change_of_order_alone_changes_process_7_alone(child, offset, status) -> None:
    if not child.episodes:
        return
    last = child.episodes[-1]
    day = last.decom + timedelta(offset)
    if last.place.startswith("T") or (last.dec is not None and day >= last.dec):
        return
    ended = replace(last, dec=day, rec="X1")
    changed = replace(last, number=last.number + 1, id="order", decom=day, rne="L", ls=status)
    other = replace(child, episodes=(*child.episodes[:-1], ended, changed))
    before, now = pathway(child, HORIZON), pathway(other, HORIZON)
    assert said(before) == said(now)


def said(found: Pathway) -> list[tuple[object, ...]]:
    dated = [*found.occurrences, *found.expected, *found.days]
    return sorted((each.starts, each.ends, each.process, each.variations) for each in dated if each.process != "CLA7")


@settings(max_examples=60, deadline=None)
@given(children())
def test_no_day_is_in_a_process_twice(child) -> None:
    found = pathway(child, HORIZON)
    for code in {each.process for each in found.days}:
        spans = sorted((each.starts, each.ends) for each in found.days if each.process == code)
        assert all(start < end for start, end in spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
    care = {each.starts + timedelta(n) for each in found.days if each.process == "CLA3" for n in range(each.days)}
    need = {each.starts + timedelta(n) for each in found.days if each.process == "CIN3" for n in range(each.days)}
    assert not care & need


@settings(max_examples=60, deadline=None)
@given(children())
def test_every_occurrence_names_its_facts(child) -> None:
    found = pathway(child, HORIZON)
    for each in (*found.occurrences, *found.expected, *found.days):
        assert each.facts
        assert len(set(each.facts)) == len(each.facts)
        assert each.starts <= HORIZON
    assert all(each.evidence != "expected" for each in found.occurrences)
    counted = pathway(child, HORIZON, PathwaySettings(count_expected_reviews=True))
    assert len(counted.occurrences) == len(found.occurrences) + len(found.expected)


@st.composite
def tangles(draw: st.DrawFn) -> tuple[Episode, ...]:
    """Episodes with every fault: overlapping, reversed, left out, on one day."""
    rows = draw(
        st.lists(st.tuples(st.integers(0, 30), st.none() | st.integers(-3, 25), st.none() | st.integers(0, 40)))
    )
    found = []
    for number, (start, length, stops) in enumerate(rows[:7]):
        decom = START + timedelta(start)
        dec = None if length is None else decom + timedelta(length)
        stops_on = None if stops is None or dec else START + timedelta(stops)
        found.append(Episode(number, str(number), decom, dec, "P", "C2", "U6", stops_on=stops_on))
    return tuple(found)


@settings(max_examples=100, deadline=None)
@given(tangles())
def test_the_nights_are_those_of_the_ledger(episodes) -> None:
    horizon = START + timedelta(45)
    columns = ("decom", "dec", "rne", "ls", "place", "provider", "stops_on")
    rows = [{"child_no": 1, "episode_no": e.number} | {name: getattr(e, name) for name in columns} for e in episodes]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("child_no", "episode_no"), pl.Int64) | _SCHEMA)
    ledger = {day for row in nights(frame, horizon).iter_rows(named=True) for day in _each(row["from"], row["to"])}
    stretches = pathway(ChildFacts(child="1", episodes=episodes), horizon).days
    care = [day for each in stretches if each.process == "CLA3" for day in _each(each.starts, each.ends)]
    assert len(care) == len(set(care))
    assert set(care) == ledger


_DATES = ("decom", "dec", "stops_on")
_TEXTS = ("rne", "ls", "place", "provider")
_SCHEMA = dict.fromkeys(_DATES, pl.Date) | dict.fromkeys(_TEXTS, pl.String)


def _each(starts: date, ends: date) -> list[date]:
    return [starts + timedelta(count) for count in range((ends - starts).days)]
