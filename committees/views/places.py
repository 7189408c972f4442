"""The tree of places: browsing, one place, its profile, the words of a district."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from committees import browse, permissions
from committees.forms import ProfileForm, SearchForm, WordsForm
from committees.models import Place, PlaceProfile, PlaceQuerySet, WordSet
from committees.services.places import save_profile, save_words
from core.errors import DomainError
from core.paging import ROWS


def _page(request: HttpRequest, places: PlaceQuerySet) -> Any:
    """A page of places. What fits one page is not counted first."""
    ordered = places.select_related("parent").order_by("level", "pinyin", "name_zh", "pk")
    number = request.GET.get("page")
    if number is None and len(first := list(ordered[: ROWS + 1])) <= ROWS:
        return Paginator(first, ROWS).get_page(1)
    return Paginator(ordered, ROWS).get_page(number)


@require_safe
def place_list(request: HttpRequest) -> HttpResponse:
    """Where browsing begins, or the places that a search finds."""
    query = SearchForm(request.GET).wanted()["q"]
    context: dict[str, Any] = {
        "query": query,
        "may_read_registers": permissions.can_read_registers(request.user),
    }
    if query:
        found = Place.objects.visible_to(request.user).standing().filter(hidden=False)
        context["page"] = _page(request, found.named(query))
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
    places = browse.with_facts(Place.objects.visible_to(request.user))
    place = get_object_or_404(places.select_related("parent__parent__parent__parent"), pk=pk)
    context: dict[str, Any] = {
        "place": place,
        "line": browse.line_above(place),
        "profile": getattr(place, "profile", None),
        "may_edit": permissions.can_edit_profile(request.user, place),
        "may_edit_words": permissions.can_edit_words(request.user, place),
        "may_see_support": permissions.can_see_key_support(request.user, place),
    }
    facts: Any = place  # annotated by with_facts
    if facts.has_reported:
        context["reported"] = place.reported.order_by("pk")
    if facts.has_organisations:
        context["organisations"] = place.member_organisations.filter(left_on=None).order_by("pk")
    if facts.has_past:
        context["past"] = place.past.select_related("parent").order_by("-to_on", "-pk")
    if place.level < Place.Level.COMMITTEE:
        below = Place.objects.visible_to(request.user).shown_below(place)
        context["page"] = _page(request, below)
    rows, serving = browse.rows_and_people(request.user, context.get("page", ()), place)
    context |= {"rows": rows, "serving": serving}
    return render(request, "committees/place_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def place_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of a place."""
    place = get_object_or_404(Place.objects.visible_to(request.user), pk=pk)
    if not permissions.can_edit_profile(request.user, place):
        raise PermissionDenied
    profile = PlaceProfile.objects.filter(place=place).first() or PlaceProfile(place=place)
    form = ProfileForm(request.POST or None, instance=profile)
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
    form = WordsForm(request.POST or None, instance=words)
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
