"""One person's page, and showing a whole number."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from committees import permissions
from committees.forms import RevealForm
from committees.models import Affiliation, Person
from committees.services.merging import forwarded
from committees.services.people import reveal_mobile
from core.errors import DomainError
from core.prepared import prepared
from core.registries import person_sections
from core.scope import Role, Scope, scope_of
from core.templatetags.rows import month


def _facts(person: Person) -> list[tuple[Any, str]]:
    """(label, value) of what is known; what is not known is not listed."""
    born = ""
    if person.birth_year:
        born = f"{person.birth_year}"
        if person.birth_month:
            born = month(datetime.date(person.birth_year, person.birth_month, 1))
    party = {True: _("yes"), False: _("no"), None: ""}[person.is_party_member]
    known = (
        (_("Sex"), person.get_sex_display() if person.sex else ""),
        (_("Born in"), born),
        (_("Education"), person.get_education_display() if person.education else ""),
        (_("Party member"), party),
    )
    return [(label, str(value)) for label, value in known if value]


def _sections(request: HttpRequest, person: Person) -> list[dict[str, Any]]:
    """What higher apps know of the person, each within its own scope."""
    found = []
    for section in person_sections:
        context = section.context(request, person)
        if context is not None:
            found.append({"template": section.template, "context": context})
    return found


def _person_page(
    request: HttpRequest, person: Person, form: RevealForm, mobile: str = ""
) -> HttpResponse:
    guest = permissions.is_guest(request.user, person)
    facts = permissions.sees_facts(request.user, person)
    services: list[Affiliation] = []
    if not guest:
        # A service is seen by those in whose area it was held; see AffiliationQuerySet.visible_to.
        services = list(_services(scope_of(request.user), person.pk))
    context: dict[str, Any] = {
        "person": person,
        "guest": guest,
        "former": permissions.is_former(request.user, person),
        "sees_facts": facts,
        "facts": _facts(person) if facts else [],
        "services": services,
        "is_own": scope_of(request.user).person_id == person.pk,
        "sees_all": scope_of(request.user).everywhere(Role.AUDITOR),
        "sections": _sections(request, person),
        "may_appoint": _may_appoint(request, person),
        "may_end": {
            row.pk
            for row in services
            if row.to_on is None
            and row.place is not None
            and permissions.can_appoint(request.user, row.place)
        },
        "may_reveal": bool(person.mobile_mask)
        and permissions.can_reveal_mobile(request.user, person),
        "form": form,
        "mobile": mobile,
    }
    status = 422 if form.is_bound and not mobile else 200
    response = render(request, "committees/person_detail.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@prepared
def _services(scope: Scope, person_id: int) -> QuerySet[Affiliation]:
    """Services of a person that the reader may see: the open ones first, then back in time."""
    rows = Affiliation.objects.visible_to(scope).filter(person=person_id)
    latest = (F("to_on").desc(nulls_first=True), F("from_on").desc(nulls_last=True), "pk")
    return rows.select_related("place__parent", "base", "member_org").order_by(*latest)


@prepared
def _seen(scope: Scope, public_id: uuid.UUID) -> QuerySet[Person]:
    people = Person.objects.visible_to(scope).filter(public_id=public_id)
    return people.select_related("unit__parent")[:1]


def _may_appoint(request: HttpRequest, person: Person) -> bool:
    return person.unit is not None and permissions.can_appoint(request.user, person.unit)


def _visible(request: HttpRequest, public_id: uuid.UUID) -> Person:
    return _seen(scope_of(request.user), public_id).or_404()


@require_safe
def person_detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One person: unit, posts, what is known with its source, masked mobile.

    The address of a merged record leads on."""
    try:
        person = _visible(request, public_id)
    except Http404:
        kept = forwarded(public_id)
        if kept is None:
            raise
        seen = _visible(request, kept.public_id)
        return redirect("committees:person-detail", public_id=seen.public_id)
    return _person_page(request, person, RevealForm())


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
