"""Asking no hours of somebody for a while, and asking again."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from committees.models import Person
from core.errors import DomainError
from records import services
from records.forms.hours import EndExemptionForm, ExemptForm
from records.models import HourExemption
from records.permissions import can_exempt


@require_http_methods(["GET", "HEAD", "POST"])
def exempt(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Enter an exemption, or the last day of the one that stands open."""
    people = Person.objects.visible_to(request.user).select_related("unit")
    person = get_object_or_404(people, public_id=public_id)
    if not can_exempt(request.user, person):
        raise PermissionDenied(_("Exemptions are entered by the organiser of the person's unit."))
    history = HourExemption.objects.filter(person=person).order_by("-from_on", "-pk")
    open_one = history.filter(to_on=None).first()
    form_class = EndExemptionForm if open_one else ExemptForm
    typed = request.POST if request.method == "POST" else None
    form = form_class(typed, initial={"from_on": timezone.localdate()})
    if form.is_valid():
        try:
            if open_one:
                services.end_exemption(
                    actor=request.user, exemption=open_one, to_on=form.cleaned_data["to_on"]
                )
            else:
                services.exempt(actor=request.user, person=person, **form.cleaned_data)
            messages.success(request, _("The exemption is entered."))
            return redirect("records:person-hours", public_id=person.public_id)
        except DomainError as exc:
            form.add_error(exc.field or None, exc.message)
    context = {"person": person, "form": form, "open_one": open_one, "history": history}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "records/exempt.html", context, status=status)
