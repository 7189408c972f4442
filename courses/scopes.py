"""People seen because they take part in what one runs."""

from __future__ import annotations

from django.db.models import Q

from core.scope import Role, Scope, nothing
from courses.models import Enrolment


def people_in_my_classes(scope: Scope) -> Q:
    """A base sees those enrolled in its classes, wherever they serve."""
    bases = scope.base_ids(Role.BASE_ADMIN)
    if not bases:
        return nothing()
    return Q(pk__in=Enrolment.objects.filter(offering__base__in=bases).values("person"))
