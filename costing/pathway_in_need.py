"""The events of children in need and of early help: the CiN and CAF frameworks along their cases."""

from datetime import date

from costing.care_facts import Case, ChildFacts, EarlyHelp
from costing.pathway_events import Event, Stretch, on_day, over_days

Events = dict[str, list[Event]]


def in_need_events(facts: ChildFacts) -> Events:
    """Referrals, assessments, conferences, enquiries and closures of every case."""
    keys = ("referral", "assessment", "core_assessment", "plan_or_conference", "enquiry", "pre_proceedings")
    found: Events = {key: [] for key in (*keys, "case_closes")}
    first = min((each.referred_on for each in facts.cases), default=date.max)
    care = min((each.decom for each in facts.episodes), default=date.max)
    for case in facts.cases:
        marks = frozenset({"known_before"}) if min(first, care) < case.referred_on else frozenset()
        more = {"no_further_action"} if case.no_further_action else set()
        found["referral"].append(on_day(case.referred_on, case.id, marks=marks | more))
        for assessment in case.assessments:
            event = over_days(assessment.starts, assessment.authorised_on, assessment.id, marks=marks)
            found["core_assessment" if assessment.core else "assessment"].append(event)
        found["enquiry"] += _enquiries(case)
        found["plan_or_conference"] += _plans_and_conferences(case)
        found["pre_proceedings"] += [over_days(each.starts, each.ends, each.id) for each in case.pre_proceedings]
        if case.closed_on is not None and not case.no_further_action:
            found["case_closes"].append(on_day(case.closed_on, case.id))
    return found


def _enquiries(case: Case) -> list[Event]:
    found = []
    for each in case.enquiries:
        marks = {"strategy_meeting"} if each.strategy_meeting else set()
        marks |= {"abe_interview"} if each.abe_interview else set()
        found.append(over_days(each.starts, each.ends or each.conference_on, each.id, marks=frozenset(marks)))
    return found


def _plans_and_conferences(case: Case) -> list[Event]:
    """Child in need plans made, and conferences: initial ones and reviews of protection plans.

    A conference written both with the case and with an enquiry is one. A protection plan without a
    conference on or before its start, since the plan before it, is evidence of one on the day it starts.
    """
    held: dict[date, set[str]] = {}
    if case.conference_on is not None:
        held.setdefault(case.conference_on, set()).add(case.id)
    for enquiry in case.enquiries:
        if enquiry.conference_on is not None:
            held.setdefault(enquiry.conference_on, set()).add(enquiry.id)
    initial = sorted(held)
    since = date.min
    for plan in sorted(case.protection_plans, key=lambda each: (each.starts, each.id)):
        if not any(since <= day <= plan.starts for day in initial):
            held.setdefault(plan.starts, set()).add(plan.id)
        for day in plan.reviews:
            held.setdefault(day, set()).add(plan.id)
        since = plan.ends or plan.starts
    mark = frozenset({"case_conference"})
    conferences = [on_day(day, *sorted(ids), marks=mark) for day, ids in sorted(held.items())]
    return [*conferences, *(on_day(plan.starts, plan.id) for plan in case.plans)]


def support_stretches(facts: ChildFacts, horizon_ends: date, care: list[Stretch]) -> list[Stretch]:
    """The days that a case is open after its assessment, each once, without the days in `care`.

    A case is open after its first authorised assessment, or the start of its first plan where that is
    earlier, until it closes.
    """
    open_days = [
        Stretch(starts, ends, (case.id,))
        for case in facts.cases
        if not case.no_further_action and (starts := _support_starts(case)) is not None
        for ends in [min(case.closed_on or horizon_ends, horizon_ends)]
    ]
    return _without(_each_once(open_days), care)


def _support_starts(case: Case) -> date | None:
    days = [each.authorised_on for each in case.assessments if each.authorised_on is not None]
    days += [each.starts for each in case.plans]
    days += [each.starts for each in case.protection_plans]
    return min(days, default=None)


def early_help_events(facts: ChildFacts) -> Events:
    """Early help agreed, assessed, its meetings and its end."""
    agreed: list[Event] = []
    assessed: list[Event] = []
    first: list[Event] = []
    later: list[Event] = []
    closed: list[Event] = []
    for each in facts.early_help:
        if each.agreed_on is not None:
            agreed.append(on_day(each.agreed_on, each.id))
        starts = each.assessment_starts or each.assessed_on
        if starts is not None:
            assessed.append(over_days(starts, each.assessed_on, each.id))
        meetings = sorted(set(each.meetings))
        first += [on_day(day, each.id) for day in meetings[:1]]
        later += [on_day(day, each.id) for day in meetings[1:]]
        if each.closed_on is not None:
            closed.append(on_day(each.closed_on, each.id))
    return {
        "early_help_agreed": agreed,
        "early_help_assessed": assessed,
        "first_team_meeting": first,
        "later_team_meeting": later,
        "early_help_closes": closed,
    }


def early_help_stretches(facts: ChildFacts, horizon_ends: date) -> list[Stretch]:
    """The days of early help after its first meeting, or, without one, after its assessment; each once."""
    found = [
        Stretch(starts, min(each.closed_on or horizon_ends, horizon_ends), (each.id,))
        for each in facts.early_help
        if (starts := _help_starts(each)) is not None
    ]
    return _each_once(found)


def _help_starts(each: EarlyHelp) -> date | None:
    return min(each.meetings, default=each.assessed_on)


def _each_once(stretches: list[Stretch]) -> list[Stretch]:
    """The stretches in order, each from where those before it have ended."""
    found: list[Stretch] = []
    reached = date.min
    for each in sorted(stretches, key=lambda one: (one.starts, one.ends, one.facts)):
        starts = max(each.starts, reached)
        if starts < each.ends:
            found.append(each._replace(starts=starts))
            reached = each.ends
    return found


def _without(stretches: list[Stretch], taken: list[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for each in stretches:
        starts = each.starts
        for away in sorted(taken, key=lambda one: one.starts):
            if away.ends <= starts or away.starts >= each.ends:
                continue
            if starts < away.starts:
                found.append(each._replace(starts=starts, ends=away.starts))
            starts = max(starts, away.ends)
        if starts < each.ends:
            found.append(each._replace(starts=starts))
    return found
