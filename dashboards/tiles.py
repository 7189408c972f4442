"""The part of the Today page that shows a district or sub-district in figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from core.registries import HomeTile
from core.scope import Role, scope_of
from dashboards import reports
from dashboards.permissions import first_boards

SHOWN = ("secretaries", "vacancies", "enrolled_people", "completed_people")


def _context(request: HttpRequest) -> dict[str, Any] | None:
    """Four figures of the first place I answer for; nothing for everybody else."""
    if not scope_of(request.user).has(Role.DISTRICT, Role.ORGANISER):
        return None
    place = first_boards(scope_of(request.user)).first()
    if place is None:
        return None
    today = timezone.localdate()
    figures, as_of = reports.headline(place, today.year, SHOWN)
    return {"place": place, "figures": figures, "as_of": as_of}


TILE = HomeTile(key="figures", template="dashboards/_home_tile.html", context=_context)
