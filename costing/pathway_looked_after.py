"""The events of looked-after children: the eight processes of the CLA framework along periods of care."""

from collections.abc import Iterator
from datetime import date

from costing.care_facts import ChildFacts
from costing.pathway_care import Period, Placement, Stay
from costing.pathway_dates import ONE_DAY, months_after, working_days_after, years_after
from costing.pathway_events import ASSUMED, EXPECTED, Event, Stretch, Work, in_order, on_day
from costing.pathway_settings import PathwaySettings
from costing.pathway_standing import Needs

Events = dict[str, list[Event]]
_FIRST = frozenset({"first_review"})


def care_events(periods: list[Period], settings: PathwaySettings) -> Events:
    """Starts of care, moves and ends of care."""
    found: Events = {"care_starts": [], "placement_changes": [], "care_ends": []}
    every = [placement for period in periods for placement in period.placements]
    place = 0
    for period in periods:
        if period.start_known:
            first = period.placements[0].stays[0]
            found["care_starts"].append(on_day(period.starts, first.episode.id)._replace(stay=first))
        for placement in period.placements:
            if placement.moved:
                found["placement_changes"].append(_move(placement, every[:place], settings))
            place += 1
        if period.exit is not None:
            event = on_day(period.ends, period.exit.id)
            found["care_ends"].append(event._replace(stay=period.stays()[-1]))
    return found


def _move(placement: Placement, before: list[Placement], settings: PathwaySettings) -> Event:
    """A move; of late the child was in the placements that still went on, or began, since that day."""
    since = months_after(placement.starts, -settings.many_placements_months)
    lately = [each for each in before if each.ends > since or each.starts >= since]
    stay = placement.stays[0]
    event = on_day(placement.starts, stay.episode.id)._replace(stay=stay)
    if len(lately) < settings.many_placements:
        return event
    rests_on = tuple(each.stays[0].episode.id for each in lately)
    return event._replace(marks=frozenset({"many_placements"}), lately=rests_on)


def nights_in_care(periods: list[Period]) -> list[Stretch]:
    """The nights looked after, a stretch for each stay."""
    return [
        Stretch(stay.starts, stay.ends, (stay.episode.id,), stay, stay.placement_starts)
        for period in periods
        for placement in period.placements
        for stay in placement.stays
        if stay.starts < stay.ends
    ]


def nights_under_order(nights: list[Stretch], settings: PathwaySettings) -> list[Stretch]:
    """Those of the nights that are under an order: care, placement, emergency; never an agreement (V2)."""
    letters = tuple(settings.order_statuses)
    return [each._replace(apart=None) for each in nights if each.stay and each.stay.episode.ls.startswith(letters)]


def plan_events(periods: list[Period], work: Work, horizon: date, settings: PathwaySettings) -> list[Event]:
    """Care plans: those recorded, and one taken to be made whenever the set number of days brought none.

    The first is taken to be made on the day care starts. A recorded plan stands for the one that was due
    in the days it falls in, and the next is due so many days after it.
    """
    plans = sorted(work.merged("planning", []), key=in_order)
    found: list[Event] = []
    for period in periods:
        own = [each for each in plans if period.starts <= each.starts <= period.ends]
        plans = [each for each in plans if each not in own]
        found += _with_assumed(own, period, min(period.ends, horizon + ONE_DAY), settings.plan_every_days)
    return [*found, *plans]


def _with_assumed(plans: list[Event], period: Period, until: date, every: int) -> Iterator[Event]:
    step = ONE_DAY * every
    first = period.placements[0].stays[0].episode.id
    due, waiting = period.starts, list(plans)
    while due < until or waiting:
        if waiting and waiting[0].starts < due + step:
            plan = waiting.pop(0)
            yield plan
            due = plan.starts + step
        else:
            yield on_day(due, first, evidence=ASSUMED)
            due += step


def review_events(
    facts: ChildFacts, periods: list[Period], work: Work, horizon: date, settings: PathwaySettings
) -> tuple[list[Event], list[Event]]:
    """Reviews held (those of one day are one), and reviews due by regulation 33 that nobody recorded."""
    by_day: dict[date, list[str]] = {}
    for review in facts.reviews:
        if review.held_on <= horizon:
            by_day.setdefault(review.held_on, []).append(review.id)
    held = work.merged("review_held", [on_day(day, *sorted(by_day[day])) for day in sorted(by_day)])
    held.sort(key=in_order)
    known_from = facts.reviews_known_from or date.min
    expected: list[Event] = []
    for period in periods:
        places = [place for place, each in enumerate(held) if period.starts <= each.starts <= period.ends]
        own = [held[place] for place in places]
        due = list(_not_recorded(own, period, min(period.ends, horizon + ONE_DAY), settings))
        missed = bool(due) and (not own or due[0].starts < own[0].starts)
        if missed and period.start_known:
            due[0] = due[0]._replace(marks=_FIRST)
        counted = missed and (settings.count_expected_reviews or due[0].starts < known_from)
        if places and period.start_known and not counted:
            held[places[0]] = own[0]._replace(marks=own[0].marks | _FIRST)
        expected += [each for each in due if each.starts >= known_from]
    return held, expected


def _not_recorded(held: list[Event], period: Period, until: date, settings: PathwaySettings) -> Iterator[Event]:
    """Each review that was due before `until` and was not held by the time the one after it would be due.

    A late review is that review, late. Where the start of care is not known the reviews are taken to be
    the later ones, the first of them due from the first day known.
    """
    facts: tuple[str, ...] = (period.placements[0].stays[0].episode.id,)
    number = 1 if period.start_known else 3
    last, waiting = period.starts, list(held)
    while True:
        due = _due(number, last, settings)
        if waiting and waiting[0].starts < _due(number + 1, due, settings):
            review = waiting.pop(0)
            last, facts = review.starts, review.facts
        elif due >= until:
            return
        else:
            yield on_day(due, *facts, evidence=EXPECTED)
            last = due
        number += 1


def _due(number: int, last: date, settings: PathwaySettings) -> date:
    if number == 1:
        return working_days_after(last, settings.first_review_working_days)
    months = settings.second_review_months if number == 2 else settings.later_review_months
    return months_after(last, months)


def transition_events(
    facts: ChildFacts, periods: list[Period], needs: Needs, horizon: date, settings: PathwaySettings
) -> tuple[list[Event], list[str]]:
    """The transition to leaving care services, once, and why there is none where a setting leaves it out."""
    if facts.birth_date is None:
        return [], ["The date of birth is not known, so process 8 and the age of the child are not."] if periods else []
    birthday = years_after(facts.birth_date, settings.transition_age)
    day = next((birthday for each in periods if each.starts <= birthday < each.ends), None)
    if day is None and settings.transition_on_later_start:
        later = [each.starts for each in periods if each.starts > birthday]
        earlier = any(each.starts <= birthday for each in periods)
        day = min(later) if later and not earlier else None
    if day is None or day > horizon:
        return [], []
    left_out = needs.on(day).holds & settings.transition_left_out_for
    if left_out:
        return [], [f"Process 8 is left out by setting: {', '.join(sorted(left_out))}."]
    stay = stay_on(periods, day)
    return [on_day(day, stay.episode.id, evidence=ASSUMED)._replace(stay=stay) if stay else on_day(day)], []


def stay_on(periods: list[Period], day: date) -> Stay | None:
    """The stay that holds the night of a day."""
    for period in periods:
        if period.starts <= day < period.ends:
            for placement in period.placements:
                for stay in placement.stays:
                    if stay.starts <= day < stay.ends:
                        return stay
    return None
