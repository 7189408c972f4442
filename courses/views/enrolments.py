"""Enrolling, cancelling, and the lists of who is enrolled."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.models import Person
from core.errors import DomainError
from core.scope import Role, scope_of
from core.typed import readable
from courses import services
from courses.errors import AlreadyEnrolled
from courses.forms import CancelEnrolmentForm
from courses.models import ACTIVE, ATTENDED, Enrolment, Offering, Session
from courses.permissions import (
    can_cancel,
    can_enrol,
    can_enrol_others,
    can_enrol_self,
    can_list_enrolments,
    can_run,
)
from courses.views.access import posted, seen_offering, to_offering

PER_PAGE = 50
FOUND = 20


@require_POST
def offering_enrol(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Myself, or the person named in the form. Pressed twice it says the same again."""
    offering = seen_offering(request, public_id)
    person = _person(request)
    if not can_enrol(request.user, offering, person):
        raise PermissionDenied(_("You can enrol yourself, and people of your own units."))
    myself = person.pk == scope_of(request.user).person_id
    channel = Enrolment.Channel.SELF if myself else Enrolment.Channel.ASSIGNED
    try:
        services.enrol(actor=request.user, offering=offering, person=person, channel=channel)
    except AlreadyEnrolled as known:
        messages.info(request, known.message)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _enrolled(person, myself))
    if not myself:
        return redirect("courses:offering-people", offering.public_id)
    return to_offering(offering)


def _enrolled(person: Person, myself: bool) -> str:
    if myself:
        return _("You are enrolled. A reminder follows before the first day.")
    return _("%(name)s is enrolled.") % {"name": person.name}


def _person(request: HttpRequest) -> Person:
    """Who is to be enrolled; somebody unseen does not exist."""
    people = Person.objects.present_to(request.user).select_related("unit")
    named = request.POST.get("person", "")
    if not named:
        me = scope_of(request.user).person_id
        if me is None:
            raise PermissionDenied(_("This account belongs to no person."))
        return get_object_or_404(people, pk=me)
    try:
        return get_object_or_404(people, public_id=uuid.UUID(named))
    except ValueError as error:
        raise Http404 from error


@require_safe
def offering_people(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Find people to enrol: an organiser in the own units, the base among those it sees."""
    offering = seen_offering(request, public_id)
    if not can_enrol_others(request.user, offering):
        raise PermissionDenied(_("You can enrol yourself, and people of your own units."))
    text = readable(request.GET.get("q", ""), 60)
    holding = Enrolment.objects.holding().filter(offering=offering, person=OuterRef("pk"))
    people = (
        _own_people(request, offering)
        .filter(_named(text) if text else Q())
        .select_related("unit")
        .annotate(enrolled=Exists(holding))
        .order_by("pinyin", "pk")
    )
    context = {
        "offering": offering,
        "pool": offering.pools.filter(unit=None).first(),
        "takes": offering.takes_enrolments(timezone.now()),
        "q": text,
        "people": list(people[: FOUND + 1]),
        "most": FOUND,
    }
    part = "#found" if request.headers.get("HX-Request") else ""
    response = render(request, f"courses/offering_people.html{part}", context)
    response["Vary"] = "HX-Request"
    return response


def _own_people(request: HttpRequest, offering: Offering) -> Any:
    if can_run(request.user, offering):
        return Person.objects.present_to(request.user)
    return Person.objects.filter(scope_of(request.user).under("unit__path", Role.ORGANISER))


def _named(text: str) -> Q:
    """By name, pinyin, initials or unit; nothing typed finds the first of the list."""
    return Q(pk__in=Person.objects.named(text)) | Q(unit__name_zh__contains=text)


@require_safe
def offering_enrolments(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who is enrolled: all for the base, the own people for district and organiser."""
    offering = seen_offering(request, public_id)
    if not can_list_enrolments(request.user, offering):
        raise PermissionDenied(_("This list is for the training base and the organisers."))
    ended = request.GET.get("state") == "ended"
    rows = Enrolment.objects.visible_to(request.user).filter(offering=offering)
    rows = rows.exclude(pk__in=rows.holding()) if ended else rows.holding()
    rows = rows.select_related("person", "unit").annotate(
        attended=Count("marks", filter=Q(marks__mark__in=ATTENDED))
    )
    context = {
        "offering": offering,
        "page": Paginator(rows.order_by("unit__pinyin", "person__pinyin", "pk"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "ended": ended,
        "sessions": offering.sessions.filter(state=Session.State.CLOSED).count(),
        "may_run": can_run(request.user, offering),
        "may_cancel": offering.state in (Offering.State.OPEN, Offering.State.CLOSED)
        and timezone.localdate() < offering.begins_on,
        "may_enrol_others": can_enrol_others(request.user, offering),
    }
    return render(request, "courses/offering_enrolments.html", context)


@require_safe
def enrolment_list(request: HttpRequest) -> HttpResponse:
    """My classes: those to come, and those that are over or were given up."""
    me = scope_of(request.user).person_id
    mine = (
        Enrolment.objects.filter(person_id=me or 0)
        .select_related("offering__base")
        .annotate(
            attended=Count("marks", filter=Q(marks__mark__in=ATTENDED)),
            due=Count("marks"),
        )
    )
    over = mine.exclude(state__in=ACTIVE).order_by("-offering__begins_on", "-pk")
    now = timezone.now()
    coming = list(mine.filter(state__in=ACTIVE).order_by("offering__begins_on", "pk")[:PER_PAGE])
    page = Paginator(over, PER_PAGE).get_page(request.GET.get("page"))
    active = {row.offering_id for row in coming}
    context = {
        "upcoming": [{"row": row, "may_cancel": _may_cancel(row)} for row in coming],
        "page": page,
        "past": [
            {"row": row, "may_undo": row.offering_id not in active and _may_undo(request, row, now)}
            for row in page
        ],
    }
    return render(request, "courses/enrolment_list.html", context)


def _may_undo(request: HttpRequest, row: Enrolment, now: datetime.datetime) -> bool:
    """A seat given back can be taken again while the class takes people."""
    return (
        row.state == Enrolment.State.CANCELLED
        and row.offering.takes_enrolments(now)
        and can_enrol_self(request.user)
    )


def _may_cancel(row: Enrolment) -> bool:
    return (
        row.state == Enrolment.State.CONFIRMED
        and row.channel == Enrolment.Channel.SELF
        and timezone.localdate() < row.offering.begins_on
    )


@require_http_methods(["GET", "POST"])
def enrolment_cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give a seat back; while seats remain it can be taken again at once."""
    rows = Enrolment.objects.visible_to(request.user)
    row = get_object_or_404(
        rows.select_related("offering__base", "person", "unit"), public_id=public_id
    )
    if not can_cancel(request.user, row):
        raise PermissionDenied(
            _("Whoever was assigned to a class asks the sub-district organiser to be released.")
        )
    form = CancelEnrolmentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_enrolment(actor=request.user, enrolment=row, **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Cancelled. The seat is free again."))
            if row.person_id == scope_of(request.user).person_id:
                return redirect("courses:enrolment-list")
            return redirect("courses:offering-enrolments", row.offering.public_id)
    mine = row.person_id == scope_of(request.user).person_id
    return render(
        request,
        "courses/enrolment_cancel.html",
        {"form": form, "enrolment": row, "mine": mine},
        status=422 if form.errors else 200,
    )
