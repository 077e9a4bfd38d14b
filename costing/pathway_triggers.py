"""What a process can be counted from: a closed list of things that happen to a child, or go on for one.

Each process of a framework names one of these as its `counted_from`. An authority's own process names one
as well, so that it is counted along every child's pathway without code; several processes may share one.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trigger:
    """Something dated in a child's life from which occurrences, or days, of a process are counted.

    `goes_on`: it lasts from day to day, so days are counted, not occurrences. `looked_after`: it belongs to time
    in care, so placement, area and order are known with it. Which kinds of recorded work are themselves an
    occurrence is said with the kinds (`costing.vocabulary.Kind.occurrence_of`).
    """

    code: str
    words: str
    goes_on: bool = False
    looked_after: bool = False


TRIGGERS = {
    each.code: each
    for each in (
        Trigger("care_starts", "a period of care starts", looked_after=True),
        Trigger("planning", "a care plan is recorded, or falls due", looked_after=True),
        Trigger("night_in_care", "each night looked after", goes_on=True, looked_after=True),
        Trigger("care_ends", "the child stops being looked after", looked_after=True),
        Trigger("placement_changes", "the child moves to another placement", looked_after=True),
        Trigger("review_held", "a review of a looked-after child is held", looked_after=True),
        Trigger("night_under_order", "each night looked after under an order", goes_on=True, looked_after=True),
        Trigger("transition_age", "the birthday at which leaving care is prepared", looked_after=True),
        Trigger("referral", "a contact or referral arrives"),
        Trigger("assessment", "an assessment is made"),
        Trigger("support", "each day that a case is open after its assessment", goes_on=True),
        Trigger("case_closes", "a case that went beyond its referral closes"),
        Trigger("core_assessment", "a core assessment is made"),
        Trigger("plan_or_conference", "a plan is made, or a conference or plan review is held"),
        Trigger("enquiry", "a section 47 enquiry is made"),
        Trigger("pre_proceedings", "pre-proceedings start"),
        Trigger("early_help_agreed", "the family agrees to early help"),
        Trigger("early_help_assessed", "an early help assessment is made"),
        Trigger("first_team_meeting", "the first team around the child meets"),
        Trigger("later_team_meeting", "the team around the child meets again"),
        Trigger("early_help_support", "each day of early help after its first meeting", goes_on=True),
        Trigger("early_help_closes", "early help closes"),
        Trigger("recorded_work", "work recorded for this process, and nothing else"),
    )
}
RECORDED_WORK = "recorded_work"
