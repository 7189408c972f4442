"""The tree of places: browsing, one place, its profile, the words of a district."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from committees import browse, permissions
from committees.forms import ProfileForm, SearchForm, WordsForm
from committees.models import Place, PlaceProfile, PlaceQuerySet, WordSet
from committees.models.people import READERS
from committees.overview import tiles_of
from committees.services.places import save_profile, save_words
from committees.team import charts, counted_lines, reported_for, team_of
from core.errors import DomainError
from core.paging import ROWS
from core.prepared import Asked
from core.registries import PlaceAction, place_actions
from core.scope import scope_of
from core.typed import sent

LEVELS = frozenset(str(level) for level in Place.Level.values)


def _page(request: HttpRequest, ordered: Asked[Place] | PlaceQuerySet) -> Any:
    """A page of places. What fits one page is not counted first."""
    number = request.GET.get("page")
    if number is None and len(first := list(ordered[: ROWS + 1])) <= ROWS:
        return Paginator(first, ROWS).get_page(1)
    rows: Any = ordered  # counted and sliced, which is all that a paginator does
    return Paginator(rows, ROWS).get_page(number)


@require_safe
def place_list(request: HttpRequest) -> HttpResponse:
    """Where browsing begins; or the places that a search or a figure leads to."""
    wanted = SearchForm(request.GET).wanted()
    vacant, only_level = request.GET.get("vacant") == "1", request.GET.get("level", "")
    query, key = wanted["q"], wanted["place"]
    context: dict[str, Any] = {
        "query": query,
        "may_read_registers": permissions.can_read_registers(request.user),
    }
    if query or key or vacant:
        found = Place.objects.visible_to(request.user).standing().filter(hidden=False)
        if key:
            above = get_object_or_404(Place.objects.visible_to(request.user), pk=key)
            found, context["below"] = found.under(above), above
        if vacant:
            found, context["vacant"] = found.vacant(), True
        if only_level in LEVELS:
            found = found.filter(level=only_level)
        context["page"] = _page(request, browse.in_order(found.named(query)))
        context["rows"] = browse.place_rows(request.user, context["page"])
        return render(request, "committees/place_list.html", context)
    tops = browse.top_places(request.user)
    if len(tops) == 1:
        return redirect("committees:place-detail", tops[0].pk)
    context["rows"] = browse.place_rows(request.user, tops)
    return render(request, "committees/place_list.html", context)


@require_safe
def place_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One place: what is known, who serves, what stands below it."""
    place = browse.shown(scope_of(request.user), pk).or_404()
    context: dict[str, Any] = {
        "place": place,
        "line": browse.line_above(place),
        "profile": getattr(place, "profile", None),
        "may_edit": permissions.can_edit_profile(request.user, place),
        "may_edit_words": permissions.can_edit_words(request.user, place),
        "may_see_support": permissions.can_see_key_support(request.user, place),
        "actions": _actions(request, place),
    }
    facts: Any = place  # annotated by with_facts
    if facts.has_reported:
        context["reported"] = place.reported.order_by("pk")
    if facts.has_organisations:
        context["organisations"] = place.member_organisations.filter(left_on=None).order_by("pk")
    if facts.has_past:
        context["past"] = place.past.select_related("parent").order_by("-to_on", "-pk")
    if place.level < Place.Level.COMMITTEE:
        below = browse.below(scope_of(request.user), place.pk)
        context["page"] = _page(request, below)
    rows, team = browse.rows_and_team(request.user, context.get("page", ()), place)
    if place.level == Place.Level.COMMITTEE:
        context["vacancies"] = browse.vacancies(place, context["profile"], team)
    elif place.level >= Place.Level.DISTRICT:
        with_people = scope_of(request.user).covers(place.path, *READERS)
        context["tiles"] = tiles_of(request.user, place, with_people=with_people)
    context |= {"rows": rows, "team": team, "serving": team.serving}
    return render(request, "committees/place_detail.html", context)


def _actions(request: HttpRequest, place: Place) -> list[tuple[PlaceAction, str]]:
    """Where the reader may go from here, each with its address."""
    return [(action, url) for action in place_actions if (url := action.url(request, place))]


@require_safe
def place_roster(request: HttpRequest, pk: int) -> HttpResponse:
    """The secretaries of a district or sub-district in figures, beside what documents report."""
    place = get_object_or_404(
        Place.objects.visible_to(request.user).select_related("parent"), pk=pk
    )
    if not permissions.can_see_roster(request.user, place):
        raise PermissionDenied(_("These figures are for those who answer for the secretaries."))
    team = team_of(request.user, place, timezone.localdate())
    context = {
        "place": place,
        "team": team,
        "charts": charts(team) if team.total else [],
        "counted": counted_lines(team) if team.total else [],
        "reported": reported_for(place),
    }
    return render(request, "committees/place_roster.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def place_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of a place."""
    place = get_object_or_404(Place.objects.visible_to(request.user), pk=pk)
    if not permissions.can_edit_profile(request.user, place):
        raise PermissionDenied
    profile = PlaceProfile.objects.filter(place=place).first() or PlaceProfile(place=place)
    form = ProfileForm(*sent(request), instance=profile)
    if request.method == "POST" and form.is_valid():
        try:
            save_profile(actor=request.user, place=place, **form.cleaned_data)
        except DomainError as exc:
            form.add_error(exc.field or None, exc.message)
        else:
            messages.success(request, _("The profile is saved."))
            return redirect("committees:place-detail", place.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "place": place}
    return render(request, "committees/place_profile.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def place_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the words of a district."""
    place = get_object_or_404(Place.objects.visible_to(request.user), pk=pk)
    if not permissions.can_edit_words(request.user, place):
        raise PermissionDenied
    words = WordSet.objects.filter(district=place).first() or WordSet(district=place)
    form = WordsForm(*sent(request), instance=words)
    if request.method == "POST" and form.is_valid():
        try:
            save_words(actor=request.user, district=place, **form.cleaned_data)
        except DomainError as exc:
            form.add_error(exc.field or None, exc.message)
        else:
            messages.success(request, _("The words are saved."))
            return redirect("committees:place-detail", place.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "place": place}
    return render(request, "committees/place_words.html", context, status=status)
