"""Which acts of the audit trail a district may read: those about units of its own tree."""

from __future__ import annotations

from django.db.models import Q

from committees.models import Place
from core.scope import Role, Scope, nothing


def acts_in_my_tree(scope: Scope) -> Q:
    """Acts whose unit lies below a grant as district department, or as auditor of a place."""
    if not scope.paths(Role.DISTRICT, Role.AUDITOR):
        return nothing()
    units = Place.objects.filter(scope.under("path", Role.DISTRICT, Role.AUDITOR))
    return Q(unit_id__in=units.values("pk"))
