"""Classes for other programs: what the token's holder sees and may do, by the same services."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from ninja.pagination import paginate

from committees.models import Person
from core.paging import Pages
from core.scope import scope_of
from courses import services
from courses.models import Enrolment, Offering, Session
from courses.permissions import can_cancel, can_enrol

router = Router()


class ClassOut(Schema):
    """A class; `seats` empty for classes that stand as reported."""

    public_id: uuid.UUID
    base: str
    title_zh: str
    title_en: str
    kind: str
    state: str
    begins_on: datetime.date
    ends_on: datetime.date
    enrol_until: datetime.datetime | None
    venue_zh: str
    venue_en: str
    historical: bool
    seats: int | None
    seats_left: int | None

    @staticmethod
    def resolve_base(row: Offering) -> str:
        return row.base.code


class SessionOut(Schema):
    """A session; `hours` in class hours."""

    public_id: uuid.UUID
    course: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    hours: float
    state: str

    @staticmethod
    def resolve_course(row: Session) -> str:
        return row.course.title

    @staticmethod
    def resolve_hours(row: Session) -> float:
        return row.quarters / 4


class ClassDetailOut(ClassOut):
    sessions: list[SessionOut]

    @staticmethod
    def resolve_sessions(row: Offering) -> Any:
        return row.sessions.select_related("course").order_by("starts_at", "pk")


class EnrolmentOut(Schema):
    public_id: uuid.UUID
    offering: uuid.UUID
    title: str
    person: uuid.UUID
    name: str
    state: str
    channel: str
    created_at: datetime.datetime

    @staticmethod
    def resolve_offering(row: Enrolment) -> uuid.UUID:
        return row.offering.public_id

    @staticmethod
    def resolve_title(row: Enrolment) -> str:
        return row.offering.title

    @staticmethod
    def resolve_person(row: Enrolment) -> uuid.UUID:
        return row.person.public_id

    @staticmethod
    def resolve_name(row: Enrolment) -> str:
        return row.person.name


class EnrolIn(Schema):
    """Whom to enrol; empty: the holder of the token."""

    person: uuid.UUID | None = None


@router.get("", response=list[ClassOut], url_name="class-list", summary="Classes")
@paginate(Pages)
def class_list(request: HttpRequest, state: str = "") -> Any:
    """Classes that the holder sees, the latest first; `state` narrows them."""
    classes = Offering.objects.visible_to(request.user).select_related("base").with_seats()
    if state:
        known = state in Offering.State.values
        classes = classes.filter(state=state) if known else classes.none()
    return classes.order_by("-begins_on", "-pk")


@router.get("/mine", response=list[EnrolmentOut], url_name="class-mine", summary="My enrolments")
@paginate(Pages)
def my_enrolments(request: HttpRequest) -> Any:
    """Enrolments of the holder, in any state, the latest first."""
    rows = Enrolment.objects.filter(person_id=scope_of(request.user).person_id or 0)
    return rows.select_related("offering", "person").order_by("-created_at", "-pk")


@router.get("/{public_id}", response=ClassDetailOut, url_name="class-detail", summary="One class")
def class_detail(request: HttpRequest, public_id: uuid.UUID) -> Offering:
    """A class with its sessions."""
    classes = Offering.objects.visible_to(request.user).select_related("base").with_seats()
    return get_object_or_404(classes, public_id=public_id)


@router.post(
    "/{public_id}/enrolments",
    response={201: EnrolmentOut},
    url_name="class-enrol",
    summary="Enrol",
)
def enrol(request: HttpRequest, public_id: uuid.UUID, data: EnrolIn) -> Status:
    """Give a person a seat. Refused with 422 and a code: class_full, already_enrolled,
    enrolment_closed, no_unit."""
    offering = get_object_or_404(Offering.objects.visible_to(request.user), public_id=public_id)
    people = Person.objects.present_to(request.user).select_related("unit")
    if data.person is None:
        person = get_object_or_404(people, pk=scope_of(request.user).person_id or 0)
    else:
        person = get_object_or_404(people, public_id=data.person)
    if not can_enrol(request.user, offering, person):
        raise PermissionDenied(_("You can enrol yourself, and people of your own units."))
    myself = person.pk == scope_of(request.user).person_id
    channel = Enrolment.Channel.SELF if myself else Enrolment.Channel.ASSIGNED
    row = services.enrol(actor=request.user, offering=offering, person=person, channel=channel)
    return Status(201, row)


@router.delete(
    "/enrolments/{public_id}",
    response=EnrolmentOut,
    url_name="enrolment-cancel",
    summary="Cancel an enrolment",
)
def cancel(request: HttpRequest, public_id: uuid.UUID) -> Enrolment:
    """Give the seat back; the enrolment stays on record as cancelled."""
    rows = Enrolment.objects.visible_to(request.user).select_related("offering__base", "unit")
    row = get_object_or_404(rows, public_id=public_id)
    if not can_cancel(request.user, row):
        raise PermissionDenied
    return services.cancel_enrolment(actor=request.user, enrolment=row)
