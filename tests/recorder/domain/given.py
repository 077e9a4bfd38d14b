"""Given these facts, when this is asked, then this fact follows, or it is refused with these words.

The facts are folded by the domain's own ``evolve``, so a test says what happened and nothing of
how a state looks inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import pytest

from recorder.domain.activity import ActivityState, evolve
from recorder.domain.facts import Body, Refused

State = TypeVar("State")
Problem = tuple[str, str]


class Given(Generic[State]):
    """What happened so far, as the state it adds up to."""

    def __init__(self, state: State) -> None:
        self._state = state

    def when(self, command: Callable[[State], Body]) -> When:
        """Ask for a decision upon it; nothing is asked before ``then`` or ``refused``."""
        return When(lambda: command(self._state))


class When:
    """A decision that was asked for."""

    def __init__(self, decide: Callable[[], Body]) -> None:
        self._decide = decide

    def then(self, expected: Body) -> None:
        """It comes to exactly this fact."""
        decided = self._decide()
        assert (type(decided), decided) == (type(expected), expected)

    def refused(self, *expected: Problem) -> None:
        """It is refused, with exactly these (field, message) pairs, in this order."""
        with pytest.raises(Refused) as refusal:
            self._decide()
        assert refusal.value.problems == expected
        assert str(refusal.value) == "; ".join(message for _, message in expected)


def given(*past: Body) -> Given[ActivityState]:
    """An activity after these facts."""
    state: ActivityState | None = None
    for version, body in enumerate(past, start=1):
        state = evolve(state, body, version)
    assert state is not None, "say given_nothing() where nothing has happened yet"
    return Given(state)


def given_nothing() -> Given[None]:
    """Nothing has happened yet."""
    return Given(None)
