"""The verification desk: hours that wait, verified many at once, or returned with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from committees.models import Person, Place
from core.errors import DomainError
from core.paging import ROWS
from core.registries import hour_sources
from core.scope import scope_of
from records import services
from records.forms.hours import DeskFilter, ReturnForm
from records.models import HourEntry
from records.models.entries import HourEntryQuerySet
from records.permissions import DECIDERS, decidable, is_decider
from records.reading import evidence_url

MOST = 200


def waiting(request: HttpRequest) -> HourEntryQuerySet:
    """Entries that wait for a decision of the reader."""
    return HourEntry.objects.pending().filter(decidable(scope_of(request.user)))


def waiting_tile(request: HttpRequest) -> dict[str, Any] | None:
    """How many entries wait, for Today; nothing when none does. One query."""
    count = waiting(request).count() if is_decider(request.user) else 0
    return {"count": count} if count else None


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Waiting entries with filters; a POST verifies those that are ticked."""
    if not is_decider(request.user):
        raise PermissionDenied(_("Hours are verified by the organiser of the unit."))
    if request.method == "POST":
        return _verify(request)
    form = DeskFilter(request.GET)
    wanted = form.wanted()
    entries = _filtered(waiting(request), wanted)
    rows = entries.select_related("account__person", "unit__parent").order_by("session_on", "pk")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    sources = dict(hour_sources.items())
    context = {
        "page": page,
        "lines": [(entry, sources.get(entry.source)) for entry in page],
        "form": form,
        "filtered": any(wanted.values()),
        "places": _places(request),
        "wanted": wanted,
    }
    return render(request, "records/desk.html", context)


def _filtered(entries: HourEntryQuerySet, wanted: dict[str, Any]) -> HourEntryQuerySet:
    if wanted["q"]:
        entries = entries.filter(account__person__in=Person.objects.named(wanted["q"]))
    if wanted["place"]:
        place = Place.objects.filter(pk=wanted["place"]).first()
        entries = entries.filter(unit__path__under=place.path) if place else entries.none()
    if wanted["category"]:
        entries = entries.filter(category=wanted["category"])
    if wanted["year"]:
        entries = entries.filter(year=wanted["year"])
    return entries


def _places(request: HttpRequest) -> list[Place]:
    """Sub-districts to filter by, where the reader's area has several. One query."""
    paths = scope_of(request.user).paths(*DECIDERS)
    below = Place.objects.none()
    for path in paths:
        below = below | Place.objects.filter(path__under=path)
    rows = below.standing().filter(level=Place.Level.SUBDISTRICT).order_by("code", "pinyin", "pk")
    found = list(rows[:60])
    return found if len(found) > 1 else []


def _verify(request: HttpRequest) -> HttpResponse:
    keys = [int(text) for text in request.POST.getlist("entry")[:MOST] if _is_number(text)]
    made = services.verify_all(actor=request.user, entries=keys)
    if made:
        told = ngettext("%(count)d entry verified.", "%(count)d entries verified.", len(made))
        messages.success(request, told % {"count": len(made)})
    elif keys:
        messages.info(request, _("These hours have been decided or taken back meanwhile."))
    else:
        messages.warning(request, _("Nothing was ticked. Tick the entries you have checked."))
    query = request.GET.urlencode()
    return redirect(f"{reverse('records:desk')}{'?' if query else ''}{query}")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


@require_http_methods(["GET", "HEAD", "POST"])
def desk_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with everything that speaks for it; verified or returned here."""
    seen = HourEntry.objects.visible_to(request.user)
    rows = seen.select_related("account__person__unit", "unit__parent", "decision", "reversal")
    entry = get_object_or_404(rows, pk=pk)
    if not HourEntry.objects.filter(decidable(scope_of(request.user)), pk=pk).exists():
        raise PermissionDenied(_("Somebody else decides on these hours."))
    form = ReturnForm(request.POST if "return" in request.POST else None)
    if request.method == "POST":
        try:
            if "return" not in request.POST:
                services.verify(actor=request.user, entry=entry)
                messages.success(request, _("The hours are verified."))
                return redirect("records:desk")
            if form.is_valid():
                reason = form.cleaned_data["reason"]
                services.reject(actor=request.user, entry=entry, reason=reason)
                messages.success(request, _("Returned. The person reads your reason."))
                return redirect("records:desk")
        except DomainError as exc:
            if exc.field and form.is_bound:
                form.add_error(exc.field, exc.message)
            else:
                messages.error(request, exc.message)
                return redirect("records:desk")
    source = hour_sources.get(entry.source) if entry.source in hour_sources else None
    context = {
        "entry": entry,
        "source": source,
        "evidence_url": evidence_url(entry, source),
        "decision": getattr(entry, "decision", None),
        "waits": not hasattr(entry, "decision") and not hasattr(entry, "reversal"),
        "form": form,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "records/desk_entry.html", context, status=status)
