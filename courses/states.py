"""How a class moves from state to state; nothing else changes `Offering.state`."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from courses.errors import WrongState
from courses.models import Offering

State = Offering.State

# Before its first day a class may be cancelled; once it runs it can only be completed.
NEXT: Mapping[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.OPEN, State.CANCELLED}),
    State.OPEN: frozenset({State.CLOSED, State.RUNNING, State.CANCELLED}),
    State.CLOSED: frozenset({State.OPEN, State.RUNNING, State.CANCELLED}),
    State.RUNNING: frozenset({State.COMPLETED}),
    State.COMPLETED: frozenset(),
    State.CANCELLED: frozenset(),
}
# States in which dates, sessions and seats may still change.
PLANNABLE = (State.DRAFT, State.OPEN, State.CLOSED)


def may_become(offering: Offering, state: str) -> bool:
    return state in NEXT[offering.state]


def move(offering: Offering, state: str) -> str:
    """Set the state of a locked class and return the state before. Raises WrongState."""
    before = offering.state
    if not may_become(offering, state):
        raise WrongState(
            _("This class is “%(now)s” and cannot become “%(wanted)s”.")
            % {"now": offering.get_state_display(), "wanted": State(state).label}
        )
    offering.state = state
    offering.save(update_fields=["state"])
    return before
