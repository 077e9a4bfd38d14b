"""An authority's own rules for the process of work where nobody chose one, as dated facts over the shipped table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from costing.inference import ANY, InferenceTable, Rule, RuleProblems, with_own_rules
from costing.processes import FRAMEWORKS
from costing.vocabulary import UnknownKind, kind

from .facts import Body, Refused, topic

__all__ = ["InferenceRuleStated", "InferenceRuleWithdrawn", "RuleFact", "decide_rule", "table_of"]


@topic("inference_rule.stated.v1")
class InferenceRuleStated(Body, frozen=True, kw_only=True):
    """From a service date on, work of a kind belongs to a process while a framework (or `any`) is open."""

    kind: str
    open_framework: str
    process: str
    valid_from: date


@topic("inference_rule.withdrawn.v1")
class InferenceRuleWithdrawn(Body, frozen=True, kw_only=True):
    """From a service date on the authority's own rule no longer holds; a shipped one of its kind does again."""

    kind: str
    open_framework: str
    valid_from: date
    reason: str


RuleFact = InferenceRuleStated | InferenceRuleWithdrawn


def table_of(stated: Iterable[tuple[int, RuleFact]]) -> InferenceTable:
    """The rules that hold: of one kind and framework the last to start, and of one day the last stated.

    ``stated``: numbers with what was stated, in their order; an own rule has its number for its version.
    """
    by_key: defaultdict[tuple[str, str], dict[date, tuple[int, RuleFact]]] = defaultdict(dict)
    for position, fact in stated:
        by_key[fact.kind, fact.open_framework][fact.valid_from] = position, fact
    rules = []
    for days in by_key.values():
        starts = sorted(days)
        for start, until in zip(starts, [*starts[1:], None], strict=True):
            position, fact = days[start]
            if isinstance(fact, InferenceRuleStated):
                version = f"own {position}"
                rules.append(Rule(fact.kind, fact.open_framework, fact.process, start, until, version))
    return with_own_rules(rules)


def decide_rule(stated: list[tuple[int, RuleFact]], fact: RuleFact, processes: Collection[str]) -> RuleFact:
    """May this be stated after what was? ``processes``: the codes there are. Raises ``Refused``, all at once."""
    problems: list[tuple[str, str]] = []
    try:
        if not kind(fact.kind).case_work:
            problems.append(("kind", "This kind of work is not for a child, so it has no process"))
    except UnknownKind:
        problems.append(("kind", "Select a kind of work"))
    if fact.open_framework not in (*FRAMEWORKS, ANY):
        problems.append(("open_framework", "Select what is open for the child"))
    if isinstance(fact, InferenceRuleStated):
        if fact.process not in processes:
            problems.append(("process", "Select a process"))
    else:
        if not fact.reason.strip():
            problems.append(("reason", "Say why it is withdrawn"))
        if (fact.kind, fact.open_framework) not in {(each.kind, each.open_framework) for _, each in stated}:
            problems.append(("kind", "There is no rule of your own for this kind of work"))
    if not problems:
        try:
            table_of([*stated, (0, fact)])
        except RuleProblems as error:
            problems += [("", problem) for problem in error.problems]
    if problems:
        raise Refused(*problems)
    return fact
