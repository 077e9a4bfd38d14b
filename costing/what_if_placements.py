"""What a change of placements or of fees does to the nights of a run."""

from collections import defaultdict
from datetime import date
from fractions import Fraction

from costing.calculator_lines import OpenLine
from costing.calculator_settings import RunProblems
from costing.money import night_units, round_half_up
from costing.what_if_changes import CHILDREN, FeeChange, PlacementMix
from costing.what_if_checks import pence_of, reference_of, share, type_words
from costing.what_if_pieces import Piece, Pieces, Running, is_night, split_at


def change_fee(run: Pieces, change: FeeChange) -> None:
    """Nights of a placement type at another fee, from a day on. Raises RunProblems where there is no such night."""
    numbers = run.numbers(lambda line: is_night(line) and _of(line, change))
    if not numbers:
        raise RunProblems([_no_night(run, change)])
    first = change.first or date.min
    kept: list[Piece] = []
    moved: dict[int, int] = {}
    amounts = Running(1 + share(change.percent))
    for whole in run.of(numbers):
        for each in split_at(whole, first):
            amount = amounts.of(each.line, each.amount) if each.start >= first else each.amount
            if change.weekly is not None and each.start >= first:
                amount = each.nights * night_units(pence_of(change.weekly))
            if amount == each.amount:
                kept.append(each)
                continue
            if each.line not in moved:
                moved[each.line] = run.copy_of(each.line)
            kept.append(_moved(run, each, moved[each.line])._replace(amount=amount))
    run.put(numbers, kept)


def change_mix(run: Pieces, change: PlacementMix) -> None:
    """Nights of one type moved to another, whole nights. Raises RunProblems where no amount is known for them."""
    numbers = run.numbers(lambda line: is_night(line) and line.variation == change.from_type)
    pieces = run.of(numbers)
    if not pieces:
        raise RunProblems([f"The run has no night in {type_words(change.from_type)} that could move."])
    if not change.percent:
        return
    a_night = _amount_of_a_night(run, change)
    kept: list[Piece] = []
    into: dict[int, int] = {}
    amounts = Running(a_night)
    for each, nights in zip(pieces, _moving(pieces, change), strict=True):
        if not nights:
            kept.append(each)
            continue
        if each.child_no not in into:
            into[each.child_no] = run.copy_of(each.line)
            line = run.lines.lines[into[each.child_no]]
            line.variation, line.sector, line.urn = change.to_type, "", ""
        target = into[each.child_no]
        part = Fraction(nights, each.nights)
        gone = None if each.amount is None else round_half_up(each.amount * part)
        left = None if each.amount is None or gone is None else each.amount - gone
        run.lines.lines[each.line].quantity -= nights
        run.lines.lines[target].quantity += nights
        run.lines.lines[target].rests_on.update(run.lines.lines[each.line].rests_on)
        kept.append(each._replace(nights=each.nights - nights, amount=left))
        moved = each._replace(line=target, place_type=change.to_type, nights=nights)
        kept.append(moved._replace(amount=amounts.of(target, nights)))
    run.put(numbers, kept)


def _moving(pieces: list[Piece], change: PlacementMix) -> list[int]:
    """How many nights of each piece move: spread evenly, over nights or over children, in order."""
    part = share(change.percent)
    if change.share_of == CHILDREN:
        children = sorted({each.child_no for each in pieces})
        picked = {
            child for place, child in enumerate(children)
            if round_half_up((place + 1) * part) > round_half_up(place * part)
        }  # fmt: skip
        return [each.nights if each.child_no in picked else 0 for each in pieces]
    found, so_far = [], 0
    for each in pieces:
        before, so_far = so_far, so_far + each.nights
        found.append(round_half_up(so_far * part) - round_half_up(before * part))
    return found


def _amount_of_a_night(run: Pieces, change: PlacementMix) -> Fraction:
    """Units of a night of the type that nights move to."""
    if change.weekly is not None:
        return Fraction(night_units(pence_of(change.weekly)))
    priced = run.numbers(
        lambda line: is_night(line) and line.variation == change.to_type and line.pence is not None
    )  # fmt: skip
    sums: dict[str, int] = defaultdict(int)
    for each in run.of(priced):
        sums["nights"] += each.nights
        sums["amount"] += each.amount or 0
    if not sums["nights"]:
        words = type_words(change.to_type)
        raise RunProblems(
            [f"The run has no night in {words} to take an average from: say what such a placement costs a week."]
        )
    return Fraction(sums["amount"], sums["nights"])


def _moved(run: Pieces, piece: Piece, target: int) -> Piece:
    """A piece and its nights on another line."""
    run.lines.lines[piece.line].quantity -= piece.nights
    run.lines.lines[target].quantity += piece.nights
    return piece._replace(line=target)


def _of(line: OpenLine, change: FeeChange) -> bool:
    asked = (change.placement_type, change.sector, reference_of(change.urn))
    return all(
        not said or said == held for said, held in zip(asked, (line.variation, line.sector, line.urn), strict=True)
    )


def _no_night(run: Pieces, change: FeeChange) -> str:
    """Why no fee changes: a reference that no night of the run has, or nothing that fits all that is asked."""
    urn = reference_of(change.urn)
    if urn and not run.numbers(lambda line: is_night(line) and line.urn == urn):
        return (
            f"The run has no night with provider {urn}. Check the reference: it is the URN of the placement’s episode."
        )
    kind = f" in {type_words(change.placement_type)}" if change.placement_type else ""
    return f"The run has no night{kind}{f' with provider {urn}' if urn else ''} whose fee could change."
