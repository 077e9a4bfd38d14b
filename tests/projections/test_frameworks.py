"""The authority's own processes and variations: from their day on, superseded, withdrawn, and as at an instant."""

from __future__ import annotations

from datetime import date

import pytest

from projections.queries.frameworks import frameworks_of
from recorder.domain.facts import Refused
from recorder.domain.frameworks import (
    ProcessDefined,
    ProcessWithdrawn,
    VariationDefined,
    VariationWithdrawn,
    decide_frameworks,
)
from tests.projections.test_run_prices import known

APRIL, MAY, JUNE = date(2025, 4, 1), date(2025, 5, 1), date(2025, 6, 1)


def nine(name: str = "Life story work", *, code: str = "CLA9", starts: date = APRIL, **more: str) -> ProcessDefined:
    said = {"unit": "occurrence", "counted_from": "recorded_work"} | more
    return ProcessDefined(code=code, framework="CLA", number=9, name=name, valid_from=starts, **said)


def young(when: str = "under_six", *, process: str = "CLA9") -> VariationDefined:
    return VariationDefined(
        process=process, code="young", name="Young", valid_from=APRIL, adds=True, aspect="age", when=when
    )


def test_with_nothing_of_its_own_an_authority_has_the_shipped_frameworks() -> None:
    assert len(frameworks_of(known()).processes) == 22


def test_an_own_process_and_its_variation_hold_from_their_day() -> None:
    source = known(nine(), young())
    assert "CLA9" not in {each.code for each in frameworks_of(source, date(2025, 3, 31)).processes}
    held = frameworks_of(source, APRIL)
    assert held.process("CLA9").name == "Life story work"
    assert held.pick("CLA9", frozenset({"under_six"})).codes == ("young",)


def test_a_process_is_superseded_from_a_day_and_withdrawn_from_another() -> None:
    source = known(
        nine("Ours", code="CLA2", starts=MAY, counted_from="planning"),
        ProcessWithdrawn(code="CLA2", valid_from=JUNE, reason="as before"),
    )
    before, during, after = (frameworks_of(source, day).process("CLA2").name for day in (APRIL, MAY, JUNE))
    assert during == "Ours"
    assert before == after != "Ours"


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        decide_frameworks([nine()], nine("", unit="week", counted_from="the moon"))
    assert len(refused.value.problems) == 3


def test_a_process_that_a_variation_rests_on_cannot_go() -> None:
    with pytest.raises(Refused, match="there is no process"):
        decide_frameworks([nine(), young()], ProcessWithdrawn(code="CLA9", valid_from=MAY, reason="wrong"))


def test_what_is_not_there_cannot_be_withdrawn() -> None:
    gone = VariationWithdrawn(process="CLA2", code="ours", valid_from=MAY, reason="wrong")
    with pytest.raises(Refused, match="nothing of your own"):
        decide_frameworks([], gone)


def test_what_is_known_later_is_not_there_before() -> None:
    assert "CLA9" not in {each.code for each in frameworks_of(known(later=[nine()]), APRIL).processes}


def test_a_code_longer_than_the_tables_hold_is_refused() -> None:
    with pytest.raises(Refused, match="12 at most"):
        decide_frameworks([], nine(code="CLA9" + 9 * "X"))
