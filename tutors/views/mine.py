"""The tutor's desk and the pupil's page."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.scope import nothing, scope_of
from tutors.models import Pairing, PairingQuerySet, TutorAppointment
from tutors.policies import advised_active_pupils


def _mine(request: HttpRequest, side: str) -> PairingQuerySet:
    me = scope_of(request.user).person_id
    rows = Pairing.objects.visible_to(request.user).filter(Q(**{side: me}) if me else nothing())
    return rows.select_related("tutor", "pupil", "tutor_unit", "pupil_unit", "batch").order_by(
        "-from_on", "pk"
    )


@require_safe
def pupil_list(request: HttpRequest) -> HttpResponse:
    """My pupils now and before, and my appointments."""
    me = scope_of(request.user).person_id
    rows = list(_mine(request, "tutor"))
    current = [row for row in rows if row.is_open]
    appointments = list(
        TutorAppointment.objects.visible_to(request.user)
        .filter(Q(person=me) if me else nothing())
        .select_related("district")
        .order_by("-from_on", "pk")
    )
    advised = (
        advised_active_pupils(appointments[0].district, timezone.localdate())
        if appointments
        else None
    )
    context = {
        "current": current,
        "former": [row for row in rows if not row.is_open],
        "appointments": appointments,
        "many": advised is not None and len(current) > advised,
        "advised": advised,
    }
    return render(request, "tutors/pupil_list.html", context)


@require_safe
def tutor_mine(request: HttpRequest) -> HttpResponse:
    """My tutor, how to reach her, and who tutored me before."""
    rows = list(_mine(request, "pupil"))
    context = {
        "current": next((row for row in rows if row.is_open), None),
        "former": [row for row in rows if not row.is_open],
    }
    return render(request, "tutors/tutor_mine.html", context)
