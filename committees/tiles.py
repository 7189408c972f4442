"""The part of the Today page that speaks of vacant posts."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from committees.models import Affiliation, Place
from core.registries import HomeTile
from core.scope import Role, scope_of

SHOWN = 5


def _context(request: HttpRequest) -> dict[str, Any] | None:
    """Committees without a secretary, for those who fill posts. One query."""
    scope = scope_of(request.user)
    if not scope.has(Role.DISTRICT, Role.ORGANISER):
        return None
    serving = Affiliation.objects.secretaries().filter(place=OuterRef("pk"))
    rows = list(
        Place.objects.standing()
        .filter(scope.under("path", Role.DISTRICT, Role.ORGANISER), ~Exists(serving))
        .filter(level=Place.Level.COMMITTEE)
        .select_related("parent")
        .order_by("parent__pinyin", "pinyin", "pk")[: SHOWN + 1]
    )
    return {"vacant": rows[:SHOWN], "more": len(rows) > SHOWN} if rows else None


VACANT = HomeTile(key="vacant", template="committees/_home_tile.html", context=_context)
