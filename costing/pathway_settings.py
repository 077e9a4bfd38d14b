"""What the method leaves open about a pathway, each with its default (ruling 16) and in words."""

from dataclasses import dataclass, field, fields
from typing import Any


class SettingProblems(ValueError):
    """Every problem found in the settings of a pathway, one line each, in `problems`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _says(default: Any, words: str) -> Any:
    return field(default=default, metadata={"words": words})


@dataclass(frozen=True, slots=True)
class PathwaySettings:
    """Settings of a pathway. Raises SettingProblems, all at once. `setting_words` says what each is."""

    plan_every_days: int = _says(183, "A care plan is taken to be made at the start of care and every so many days")
    transition_age: int = _says(16, "Process 8 falls on this birthday, if the child is looked after that night")
    transition_left_out_for: frozenset[str] = _says(
        frozenset(), "Process 8 is left out for children with any of these needs that day (disability, uasc)"
    )
    transition_on_later_start: bool = _says(
        False, "A child first known to be looked after past that birthday has process 8 on the first day"
    )
    ebd_sdq_from: int = _says(17, "An SDQ score of this or more counts as emotional or behavioural difficulties")
    sdq_lasts_months: int = _says(12, "An SDQ score counts until the next one, and for no more than so many months")
    early_days: int = _says(91, "A placement is early for so many days from its start")
    settled_years: int = _says(1, "A placement is settled after so many years")
    many_placements: int = _says(3, "So many placements of late make a child with difficulties hard to place")
    many_placements_months: int = _says(12, "Of late means in so many months before the move")
    order_statuses: str = _says("CDEL", "Process 7 goes on while the legal status starts with one of these letters")
    short_break_statuses: frozenset[str] = _says(
        frozenset({"V3", "V4"}), "Episodes with these legal statuses are short breaks and are left out"
    )
    count_expected_reviews: bool = _says(False, "Reviews expected but not recorded are counted as occurrences")
    first_review_working_days: int = _says(20, "The first review is due within so many working days (regulation 33)")
    second_review_months: int = _says(3, "The second review is due so many months after the first (regulation 33)")
    later_review_months: int = _says(6, "Each later review is due so many months after the last (regulation 33)")
    support_while_looked_after: bool = _says(False, "Process 3 of CiN goes on while the child is looked after")
    same_occurrence_days: int = _says(7, "A meeting recorded within so many days of an occurrence is that occurrence")
    spread_over_days: bool = _says(
        True, "An occurrence with a known start and end is shared over its days, so that a period has its part"
    )

    def __post_init__(self) -> None:
        least = {"many_placements": 1, "plan_every_days": 1, "later_review_months": 1, "second_review_months": 1}
        problems = [
            f"{setting_words()[name]}: {value} is too little."
            for name, value in ((each.name, getattr(self, each.name)) for each in fields(self))
            if isinstance(value, int) and value < least.get(name, 0)
        ]
        unknown = self.transition_left_out_for - {"disability", "uasc"}
        problems += [
            f"Process 8 can be left out for disability and uasc, not for “{each}”." for each in sorted(unknown)
        ]
        if problems:
            raise SettingProblems(problems)


def setting_words() -> dict[str, str]:
    """What each setting says, by its name, in order."""
    return {each.name: str(each.metadata["words"]) for each in fields(PathwaySettings)}
