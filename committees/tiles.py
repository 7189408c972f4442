"""The parts of the Today page that speak of vacant posts and of possible duplicates."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext

from committees.merging import duplicates
from committees.models import Person, Place
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


def _duplicates(request: HttpRequest) -> dict[str, Any] | None:
    """Records of the organiser's sub-district that may be one person. One query."""
    if not scope_of(request.user).has(Role.ORGANISER):
        return None
    total, fresh = duplicates.tally(Person.objects.in_charge_of(request.user))
    if not total:
        return None
    words = ngettext("%(count)d new", "%(count)d new", fresh) % {"count": fresh}
    return {"total": total, "fresh": fresh, "fresh_words": words}


DUPLICATES = HomeTile(
    key="duplicates", template="committees/_duplicates_tile.html", context=_duplicates
)
VACANT = HomeTile(key="vacant", template="committees/_home_tile.html", context=_context)
