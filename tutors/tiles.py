"""The part of the Today page that speaks of tutoring."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from core.prepared import prepared
from core.registries import HomeTile
from core.scope import Role, Scope, scope_of
from tutors.models import Pairing

SHOWN = 6
SHOWN_COLUMNS = (
    *("public_id", "state", "from_on", "to_on", "focus_zh", "focus_en"),
    *("tutor_accepted_at", "pupil_accepted_at", "pupil_unit__path"),
    *(
        f"{of}__{name}"
        for of in ("tutor", "pupil", "tutor_unit", "pupil_unit")
        for name in ("name_zh", "name_en")
    ),
)


@prepared
def _mine(person_id: int) -> QuerySet[Pairing]:
    return (
        Pairing.objects.open()
        .filter(Q(tutor=person_id) | Q(pupil=person_id))
        .select_related("tutor", "pupil", "tutor_unit", "pupil_unit")
        .only(*SHOWN_COLUMNS)
        .order_by("from_on", "pk")[:SHOWN]
    )


def _context(request: HttpRequest) -> dict[str, Any] | None:
    """My open pairings; nothing for those who have none. One query."""
    me = scope_of(request.user).person_id
    if me is None:
        return None
    rows = list(_mine(me))
    if not rows:
        return None
    asked = [row for row in rows if _unanswered(row, me)]
    as_tutor = any(row.tutor_id == me for row in rows)
    return {"pairings": rows, "as_tutor": as_tutor, "asked": asked, "district": rows[0].pupil_unit}


def _unanswered(pairing: Pairing, me: int) -> bool:
    answered = pairing.tutor_accepted_at if pairing.tutor_id == me else pairing.pupil_accepted_at
    return pairing.state == Pairing.State.PROPOSED and answered is None


@prepared
def _without_one_side(scope: Scope) -> QuerySet[Pairing]:
    return (
        Pairing.objects.visible_to(scope)
        .unsettled()
        .select_related("tutor", "pupil", "tutor_unit", "pupil_unit")
        .only(*SHOWN_COLUMNS, "unsettled_since")
        .order_by("unsettled_since", "pk")[: SHOWN + 1]
    )


def _unsettled(request: HttpRequest) -> dict[str, Any] | None:
    """Pairs of which one side has left the post, for those who conduct them. One query."""
    if not scope_of(request.user).has(Role.DISTRICT, Role.ORGANISER):
        return None
    rows = list(_without_one_side(scope_of(request.user)))
    return {"unsettled": rows[:SHOWN], "more": len(rows) > SHOWN} if rows else None


UNSETTLED = HomeTile(key="unsettled", template="tutors/_unsettled_tile.html", context=_unsettled)
TILE = HomeTile(key="tutoring", template="tutors/_home_tile.html", context=_context)
