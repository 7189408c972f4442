"""What comes from paper: classes without names, and since when the data of a place are complete."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.paging import page_of
from records.forms.hours import CompleteSinceForm
from records.models import CompleteSince, PaperClass
from records.reading.paper import Completeness, complete_since, paper_figures
from records.services.paper import can_say_complete, say_complete_since
from records.views.mine import asked_year
from records.views.places import hour_place, years_offered

SHOWN = 20


def as_context(complete: Completeness, year: int, *, may: bool = False) -> dict[str, Any]:
    """For every page with figures of a place: how far back they reach."""
    return {
        "complete": complete,
        "covered": complete.covers(year),
        "may_say_complete": may,
    }


@require_safe
def paper_classes(request: HttpRequest, place_id: int) -> HttpResponse:
    """The classes of a year that ledgers report without names."""
    place = hour_place(request, place_id)
    year = asked_year(request, timezone.localdate().year)
    rows = PaperClass.objects.visible_to(request.user).held_in(place, year)
    context = {
        "place": place,
        "year": year,
        "years": years_offered(year),
        "figures": paper_figures(place, year),
        "page": page_of(request, rows.select_related("unit").order_by("-begins_on", "-pk")),
    }
    return render(request, "records/paper_classes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def complete_since_page(request: HttpRequest, place_id: int) -> HttpResponse:
    """Say from which day on the hours of a place are complete; what was said before stays."""
    place, today = hour_place(request, place_id), timezone.localdate()
    if not can_say_complete(request.user, place):
        raise PermissionDenied(_("This is said by the organiser of the place, or the district."))
    form = CompleteSinceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            say_complete_since(actor=request.user, place=place, **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Noted. Figures of this place say so from now on."))
            return redirect(reverse("records:hour-overview", args=[place.pk]))
    rows = CompleteSince.objects.visible_to(request.user).filter(place=place)
    context = {
        "place": place,
        "form": form,
        "complete": complete_since(place, today),
        "covered": True,
        "said": rows.order_by("-said_at", "-pk")[:SHOWN],
    }
    status = 422 if form.errors else 200
    return render(request, "records/complete_since.html", context, status=status)
