"""The directory of people and one person's page."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from committees import permissions
from committees.forms import RevealForm, SearchForm
from committees.models import Affiliation, Person, Place
from committees.services.people import reveal_mobile
from core.errors import DomainError
from core.paging import ROWS

# Columns of a row of the directory; a person and two places have forty more.
SHOWN = (
    *("public_id", "name_zh", "name_en", "mobile_mask"),
    *("unit__path", "unit__name_zh", "unit__name_en"),
    *("unit__parent__name_zh", "unit__parent__name_en"),
)


@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    """People of my scope, by name, pinyin or initials, and by the place they serve in."""
    if not permissions.can_list_people(request.user):
        raise PermissionDenied
    wanted = SearchForm(request.GET).wanted()
    people = Person.objects.present_to(request.user).named(wanted["q"])
    place = None
    if wanted["place"]:
        place = get_object_or_404(Place.objects.visible_to(request.user), pk=wanted["place"])
        people = people.filter(unit__path__under=place.path)
    services = (
        Affiliation.objects.open()
        .only("person_id", "post", "in_charge", "concurrent")
        .order_by("pk")
    )
    posts = Prefetch("affiliations", services, to_attr="posts")
    ordered = people.select_related("unit__parent").only(*SHOWN).prefetch_related(posts)
    page = Paginator(ordered.order_by("pinyin", "pk"), ROWS).get_page(request.GET.get("page"))
    rows: Any = page.object_list
    for person in rows:
        if permissions.is_guest(request.user, person):
            person.posts = []
    context = {"page": page, "query": wanted["q"], "place": place}
    return render(request, "committees/person_list.html", context)


def _person_page(
    request: HttpRequest, person: Person, form: RevealForm, mobile: str = ""
) -> HttpResponse:
    services = Affiliation.objects.visible_to(request.user).filter(person=person)
    services = services.select_related("place", "base", "member_org")
    guest = permissions.is_guest(request.user, person)
    context: dict[str, Any] = {
        "person": person,
        "guest": guest,
        "former": permissions.is_former(request.user, person),
        "services": services.none()
        if guest
        else services.order_by(
            F("to_on").desc(nulls_first=True), F("from_on").desc(nulls_last=True), "pk"
        ),
        "may_reveal": bool(person.mobile_mask)
        and permissions.can_reveal_mobile(request.user, person),
        "form": form,
        "mobile": mobile,
    }
    status = 422 if form.is_bound and not mobile else 200
    response = render(request, "committees/person_detail.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _visible(request: HttpRequest, public_id: uuid.UUID) -> Person:
    people = Person.objects.visible_to(request.user).select_related("unit__parent")
    return get_object_or_404(people, public_id=public_id)


@require_safe
def person_detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One person: unit, posts, masked mobile."""
    return _person_page(request, _visible(request, public_id), RevealForm())


@require_POST
def person_mobile(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the whole number once, for a purpose that stays on record."""
    person = _visible(request, public_id)
    if not permissions.can_reveal_mobile(request.user, person):
        raise PermissionDenied
    form, mobile = RevealForm(request.POST), ""
    if form.is_valid():
        try:
            purpose = form.cleaned_data["purpose"]
            mobile = reveal_mobile(actor=request.user, person=person, purpose=purpose)
        except DomainError as exc:
            form.add_error(exc.field or None, exc.message)
    return _person_page(request, person, form, mobile)
