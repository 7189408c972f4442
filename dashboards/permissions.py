"""Whose figures somebody may look at."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from committees.models import Place, TrainingBase
from core.prepared import prepared
from core.scope import Role, Scope, scope_of

MOST_BOARDS = 12
READERS = (Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR)
# They see the records of every base; a base administrator only those of the own base.
OVERSEERS = (Role.DISTRICT, Role.ORGANISER, Role.AUDITOR)


def audits_everything(scope: Scope) -> bool:
    """An auditor who was appointed without a place."""
    return scope.everywhere(Role.AUDITOR)


def can_see_figures(viewer: Any, place: Place) -> bool:
    """Figures of `place` and the lists behind them."""
    scope = scope_of(viewer)
    return scope.covers(place.path, *READERS) or audits_everything(scope)


def sees_every_record(viewer: Any, place: Place) -> bool:
    """May the viewer read in which class of which base somebody is?"""
    scope = scope_of(viewer)
    return scope.covers(place.path, *OVERSEERS) or audits_everything(scope)


def boards_of(viewer: Any) -> QuerySet[Place]:
    """The places whose boards the viewer may open first: those granted, in the order of codes."""
    scope = scope_of(viewer)
    granted = Q(path__in=tuple(dict.fromkeys(scope.paths(*READERS))))
    if audits_everything(scope):
        served = TrainingBase.districts.through.objects.values("place_id")
        granted |= Q(pk__in=served)
    return Place.objects.filter(granted).order_by("level", "code", "pinyin", "pk")


@prepared
def first_boards(scope: Scope) -> QuerySet[Place]:
    """The first of those places, with the place above each."""
    names = ("name_zh", "name_en", "path", "level")
    shown = (*names, "closed_on", *(f"parent__{name}" for name in names))
    return boards_of(scope).select_related("parent").only(*shown)[:MOST_BOARDS]
