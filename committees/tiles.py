"""The part of the Today page that speaks of vacant posts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from committees.models import Place
from core.prepared import prepared
from core.registries import HomeTile
from core.scope import Role, Scope, scope_of

SHOWN = 5


@prepared
def _vacant(scope: Scope) -> QuerySet[Place]:
    rows = Place.objects.vacant().filter(scope.under("path", Role.DISTRICT, Role.ORGANISER))
    names = ("name_zh", "name_en", "parent__name_zh", "parent__name_en")
    shown = rows.select_related("parent").only(*names)
    return shown.order_by("parent__pinyin", "pinyin", "pk")[: SHOWN + 1]


def _context(request: HttpRequest) -> dict[str, Any] | None:
    """Committees whose secretary has left, for those who fill posts. One query."""
    scope = scope_of(request.user)
    if not scope.has(Role.DISTRICT, Role.ORGANISER):
        return None
    rows = list(_vacant(scope))
    return {"vacant": rows[:SHOWN], "more": len(rows) > SHOWN} if rows else None


VACANT = HomeTile(key="vacant", template="committees/_home_tile.html", context=_context)
