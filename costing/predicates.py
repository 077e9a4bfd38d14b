"""What can pick a variation of a process: a small closed vocabulary, and conditions written in it.

A condition is predicates joined with `and`, alternatives joined with `or`, and `not` before a predicate;
`and` binds more closely, and there are no brackets: `ebd and disability or ebd and not under_six`.
A child's standing on a day is the set of the predicates that hold, each written as in a condition.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from costing.pathway_triggers import TRIGGERS
from costing.placement_map import PLACEMENT_TYPES

NEED_FLAGS = ("disability", "ebd", "offending", "uasc", "cp_plan")
# What a child's needs are told by: those that are recorded, and that it is under six, which its birthday tells.
NEEDS_TOLD = (*NEED_FLAGS, "under_six")
ORDERS = {
    "interim_care": "an interim care order",
    "full_care": "a full care order",
    "freeing": "a freeing order",
    "placement": "a placement order",
    "protection": "emergency or police protection, or a child assessment order",
}
_TYPES = {
    "la_foster": "local authority foster care",
    "agency_foster": "agency foster care",
    "parents": "with parents",
    "kinship": "kinship care",
    "residential": "residential care",
    "independence": "independent living",
    "custody": "in custody",
    "health": "in a health setting",
    "temporary": "temporary, with no placement before it",
    "other": "of another kind",
    "adoption": "for adoption",
}
_LOOKED_AFTER = frozenset(each.code for each in TRIGGERS.values() if each.looked_after)


@dataclass(frozen=True, slots=True)
class Predicate:
    """One thing that can be so of a child, or of an occurrence.

    `words` complete a sentence that starts with *if*; `meaning` says how it is decided. `values` are what
    it can be given after `=`, with their words. `only` names the triggers with which it is ever known;
    empty means with any.
    """

    code: str
    words: str
    meaning: str
    values: Mapping[str, str] = field(default_factory=dict)
    only: frozenset[str] = frozenset()


PREDICATES: Mapping[str, Predicate] = MappingProxyType(
    {
        each.code: each
        for each in (
            Predicate("disability", "the child has a disability", "The need is recorded for that day."),
            Predicate(
                "ebd",
                "the child has emotional or behavioural difficulties",
                "The need is recorded for that day, or the latest SDQ score is at the threshold or above.",
            ),
            Predicate("offending", "the child offends", "The need is recorded for that day."),
            Predicate(
                "uasc",
                "the child is an unaccompanied asylum-seeking child",
                "The need is recorded for that day.",
            ),
            Predicate(
                "under_six",
                "the child is under six",
                "Before the sixth birthday; somebody born on 29 February has it on 1 March in a common year.",
            ),
            Predicate(
                "cp_plan",
                "there is a child protection plan",
                "From the day the plan starts, up to the day before it ends; or the need is recorded for that day.",
            ),
            Predicate(
                "placement_type",
                "the placement is",
                "By the authority's placement map; in a temporary absence, the type of the placement left behind.",
                {each: _TYPES.get(each, each) for each in PLACEMENT_TYPES},
                _LOOKED_AFTER,
            ),
            Predicate(
                "in_area", "the placement is in the area", "Neither holds where it is not known.", {}, _LOOKED_AFTER
            ),
            Predicate(
                "out_of_area",
                "the placement is out of the area",
                "Neither holds where it is not known.",
                {},
                _LOOKED_AFTER,
            ),
            Predicate(
                "many_placements",
                "the child had several placements of late",
                "Three or more in the twelve months before the move, the new one not counted (both can be set).",
                {},
                frozenset({"placement_changes"}),
            ),
            Predicate(
                "difficult_to_place",
                "the child is difficult to place",
                "Emotional or behavioural difficulties, and a disability or several placements of late.",
                {},
                frozenset({"placement_changes"}),
            ),
            Predicate(
                "early",
                "it is early in the placement",
                "In the first 91 days of the placement (can be set).",
                {},
                _LOOKED_AFTER,
            ),
            Predicate(
                "after_a_year",
                "the placement has lasted a year",
                "From the first anniversary of the placement's start (can be set).",
                {},
                _LOOKED_AFTER,
            ),
            Predicate("order", "the child is under", "By the legal status of that night.", ORDERS, _LOOKED_AFTER),
            Predicate(
                "first_review",
                "it is the first review",
                "The first of a period of care whose start is known.",
                {},
                frozenset({"review_held"}),
            ),
            Predicate(
                "no_further_action",
                "the referral led to no further action",
                "As recorded with the referral.",
                {},
                frozenset({"referral"}),
            ),
            Predicate(
                "known_before",
                "the child was known before",
                "An earlier referral, or care that started before this referral.",
                {},
                frozenset({"referral", "assessment", "core_assessment"}),
            ),
            Predicate(
                "case_conference",
                "it is a child protection case conference",
                "An initial conference, or a review of a child protection plan.",
                {},
                frozenset({"plan_or_conference"}),
            ),
            Predicate(
                "strategy_meeting",
                "a strategy meeting was held",
                "Known with the enquiry, or shown by work recorded for it.",
                {},
                frozenset({"enquiry"}),
            ),
            Predicate(
                "abe_interview",
                "there was an Achieving Best Evidence interview",
                "Known with the enquiry, or shown by work recorded for it.",
                {},
                frozenset({"enquiry"}),
            ),
        )
    }
)
MARKS = frozenset({"no_further_action", "known_before", "case_conference", "strategy_meeting", "abe_interview"})


class ConditionProblems(ValueError):
    """Every problem of a condition as written, one each in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Condition:
    """Alternatives, each of predicates that must hold and predicates that must not."""

    alternatives: tuple[tuple[frozenset[str], frozenset[str]], ...]
    text: str

    def holds(self, standing: frozenset[str]) -> bool:
        """Whether one of the alternatives fits a child's standing."""
        return any(wanted <= standing and not (barred & standing) for wanted, barred in self.alternatives)

    def mentions(self) -> frozenset[str]:
        """The codes of every predicate in it, without their values."""
        terms = (term for wanted, barred in self.alternatives for term in wanted | barred)
        return frozenset(term.partition("=")[0] for term in terms)

    def needs(self) -> frozenset[str]:
        """The need flags on which it can rest."""
        wanted = frozenset(term for terms, _ in self.alternatives for term in terms)
        more = frozenset({"disability", "ebd"}) if "difficult_to_place" in wanted else frozenset()
        return (wanted | more) & frozenset(NEED_FLAGS)

    def words(self) -> str:
        """The condition as people say it."""
        return ", or ".join(" and ".join(map(_in_words, part.split(" and "))) for part in self.text.split(" or "))


def condition(text: str) -> Condition:
    """A condition from text such as `ebd and not under_six`. Raises ConditionProblems, all at once."""
    plain = " ".join(text.split())
    if problems := list(_problems(plain)):
        raise ConditionProblems(problems)
    return Condition(tuple(_alternative(part) for part in plain.split(" or ")), plain)


def _alternative(part: str) -> tuple[frozenset[str], frozenset[str]]:
    terms = part.split(" and ")
    barred = frozenset(term.removeprefix("not ") for term in terms if term.startswith("not "))
    return frozenset(term for term in terms if not term.startswith("not ")), barred


def _problems(plain: str) -> Iterator[str]:
    if not plain:
        yield "Say when the variation applies."
        return
    for term in (term for part in plain.split(" or ") for term in part.split(" and ")):
        code, equals, value = term.removeprefix("not ").partition("=")
        found = PREDICATES.get(code)
        if found is None:
            yield f"“{code}” is not in the vocabulary. Use {', '.join(PREDICATES)}."
        elif found.values and value not in found.values:
            yield f"“{code}” needs one of {', '.join(found.values)}, written like {code}={next(iter(found.values))}."
        elif equals and not found.values:
            yield f"“{code}” is so or not so; write it without “={value}”."


def _in_words(term: str) -> str:
    code, _, value = term.removeprefix("not ").partition("=")
    found = PREDICATES[code]
    words = f"{found.words} {found.values[value]}" if found.values else found.words
    return f"it is not so that {words}" if term.startswith("not ") else words
