"""The years of a place: figures, the list behind each, its export, and the backstop list."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.forms import SearchForm
from committees.models import Place
from core.errors import DomainError
from core.registries import backstop_takers
from core.scope import Role, scope_of
from records import export, metrics
from records.forms.hours import PurposeForm
from records.lists import KINDS, ListKind, named, read_year, tiles, with_people
from records.permissions import READERS, can_export
from records.reading.paper import complete_since, known_from_paper
from records.services.paper import can_say_complete
from records.views.mine import asked_year
from records.views.paper import as_context
from records.views.places import hour_place, years_offered

PER_PAGE = 50


def _kind(key: str) -> ListKind:
    if key not in KINDS:
        raise Http404(key)
    return KINDS[key]


@require_safe
def overview_first(request: HttpRequest) -> HttpResponse:
    """The first place of my scope."""
    scope = scope_of(request.user)
    if not scope.has(*READERS):
        raise PermissionDenied(_("Figures are for those responsible for a place or a base."))
    places = Place.objects.filter(level__gte=Place.Level.DISTRICT)
    first = (
        places.filter(path__in=scope.paths(*READERS))
        .order_by("level", "code", "pinyin", "pk")
        .first()
    )
    if first is None:
        return render(request, "records/overview_none.html")
    return redirect("records:hour-overview", place_id=first.pk)


@require_safe
def overview(request: HttpRequest, place_id: int) -> HttpResponse:
    """The figures of a place in a year, each with its list; a board asks for the tiles alone."""
    place, today = hour_place(request, place_id), timezone.localdate()
    year = asked_year(request, today.year)
    read = read_year(place, year, today)
    context = {
        "place": place,
        "year": year,
        "years": years_offered(year),
        "on": read.book.on,
        "tiles": tiles(read),
        "attainment": metrics.hour_attainment(read.book),
        "gap": metrics.hour_gap(read.book),
        "below": _below(place),
    }
    part = "#tiles" if request.htmx else ""  # type: ignore[attr-defined]
    if part:
        context |= as_context(complete_since(place, read.book.on), year)
    else:
        context["paper"], complete = known_from_paper(place, year, read.book.on)
        context |= as_context(complete, year, may=can_say_complete(request.user, place))
    return render(request, f"records/overview.html{part}", context)


def _below(place: Place) -> list[Place]:
    if place.level != Place.Level.DISTRICT:
        return []
    rows = Place.objects.shown_below(place).filter(level=Place.Level.SUBDISTRICT)
    return list(rows.order_by("code", "pinyin", "pk"))


@require_safe
def hour_list(request: HttpRequest, place_id: int, kind: str) -> HttpResponse:
    """The rows that make a figure, as many as the figure says."""
    chosen, place, today = _kind(kind), hour_place(request, place_id), timezone.localdate()
    year = asked_year(request, today.year)
    query = SearchForm(request.GET).wanted()["q"]
    read = read_year(place, year, today)
    rows = named(chosen.rows(read), query)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "kind": chosen,
        "place": place,
        "year": year,
        "years": years_offered(year),
        "on": read.book.on,
        "query": query,
        "page": page,
        "lines": [
            {
                "shown": shown,
                "post": export.post_of(shown.row.standing),
                "cells": list(zip(chosen.columns, shown.row.cells, strict=True)),
            }
            for shown in with_people(list(page))
        ],
        "may_export": can_export(request.user, place),
        "may_take": bool(list(backstop_takers)) and _may_take(request, place),
        **as_context(
            complete_since(place, read.book.on), year, may=can_say_complete(request.user, place)
        ),
    }
    return render(request, "records/hour_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def hour_export(request: HttpRequest, place_id: int, kind: str) -> HttpResponse:
    """Take a list out, for a purpose."""
    chosen, place = _kind(kind), hour_place(request, place_id)
    if not can_export(request.user, place):
        raise PermissionDenied(
            _("Lists with names are taken out by the district and the organiser.")
        )
    year = asked_year(request, timezone.localdate().year)
    query = SearchForm(request.GET).wanted()["q"]
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            purpose = form.cleaned_data["purpose"]
            job = export.ask(
                actor=request.user, place=place, kind=kind, year=year, query=query, purpose=purpose
            )
            return redirect("job-show", key=job.public_id)
        except DomainError as exc:
            form.add_error(exc.field or None, exc.message)
    context = {"kind": chosen, "place": place, "year": year, "query": query, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "records/hour_export.html", context, status=status)


def _may_take(request: HttpRequest, place: Place) -> bool:
    district = place.level == Place.Level.DISTRICT
    return district and scope_of(request.user).covers(place.path, Role.DISTRICT)


@require_POST
def backstop_take(request: HttpRequest, place_id: int) -> HttpResponse:
    """Hand the people of the backstop list to the plan, or to the stored list, in one click."""
    place, today = hour_place(request, place_id), timezone.localdate()
    takers = list(backstop_takers)
    if not takers or not _may_take(request, place):
        raise PermissionDenied(_("The district takes over the backstop list."))
    year = asked_year(request, today.year)
    read = read_year(place, year, today)
    people = [one.person_id for one in metrics.backstop(read.book, read.centralised)]
    try:
        url = takers[0](actor=request.user, place=place, year=year, people=people)
    except DomainError as exc:
        messages.error(request, exc.message)
        back = reverse("records:hour-list", args=[place.pk, "backstop"])
        return redirect(f"{back}?year={year}")
    messages.success(request, _("The list is taken over."))
    return redirect(url)
