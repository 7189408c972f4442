"""Enrolling and cancelling: one seat, one enrolment, one notice, in one transaction."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from committees.models import Person
from core import audit
from core.scope import scope_of
from courses import figures
from courses.errors import (
    AlreadyEnrolled,
    ClassFull,
    EnrolmentClosed,
    NotEnrolled,
    NotYourPerson,
    NoUnit,
    WrongState,
)
from courses.facts import class_facts
from courses.models import Enrolment, Offering
from courses.permissions import can_cancel, can_enrol
from courses.services import seats
from courses.services.locks import hold_offering, lock_people
from notices import services as notices

State = Enrolment.State


def enrol(
    *,
    actor: Any,
    offering: Offering,
    person: Person,
    channel: str = Enrolment.Channel.SELF,
    at: datetime.datetime | None = None,
) -> Enrolment:
    """Give `person` a seat in an open class, with the unit of the day.

    Raises NotYourPerson, EnrolmentClosed, NoUnit, AlreadyEnrolled, ClassFull.
    """
    try:
        with transaction.atomic():
            return _enrol(actor, offering, person, channel, at or timezone.now())
    except IntegrityError as clash:
        # The database's own guard, should a door forget the lock; the transaction is rolled back.
        if Enrolment.objects.holding().filter(offering=offering, person=person).exists():
            raise _already(person, actor) from clash
        raise


def _enrol(
    actor: Any, offering: Offering, person: Person, channel: str, at: datetime.datetime
) -> Enrolment:
    held = hold_offering(offering.pk)
    locked = lock_people([person.pk])[person.pk]
    if actor is not None and not can_enrol(actor, held, locked):
        raise NotYourPerson(_("You can enrol yourself, and people of your own units."))
    if Enrolment.objects.holding().filter(offering=held, person=locked).exists():
        raise _already(locked, actor)
    _require_open(held, at)
    if locked.unit is None:
        raise NoUnit(
            _("%(name)s belongs to no unit at present. The organiser can enter the new one.")
            % {"name": locked.name}
        )
    pool = seats.root_pool(held)
    if pool.left < 1:  # spares the crowd the lock; the seat itself is taken below
        raise ClassFull(_("All seats of this class are taken."))
    with figures.following([locked.pk]):
        enrolment = Enrolment.objects.create(
            offering=held,
            person=locked,
            unit=locked.unit,
            pool=pool,
            channel=channel,
            enrolled_by=actor,
            created_at=at,
        )
    _tell("enrolment_confirmed", enrolment)
    audit.record(
        actor=actor,
        action="enrolment.create",
        obj=enrolment,
        on_behalf=locked,
        unit_id=locked.unit.pk,
        after={"offering": str(held.public_id), "channel": channel},
    )
    seats.take(pool)
    return enrolment


def cancel_enrolment(
    *,
    actor: Any,
    enrolment: Enrolment,
    reason: str = "",
    at: datetime.datetime | None = None,
) -> Enrolment:
    """Give the seat back before the class begins. `reason` is a category, never a story.

    Raises NotYourPerson, WrongState once the class has begun, NotEnrolled when it was given up
    already.
    """
    now = at or timezone.now()
    with transaction.atomic():
        held = hold_offering(enrolment.offering_id)
        lock_people([enrolment.person_id])
        row = Enrolment.objects.select_related("unit", "person", "pool").get(pk=enrolment.pk)
        row.offering = held
        if actor is not None and not can_cancel(actor, row):
            raise NotYourPerson(
                _("Whoever was assigned to a class asks the sub-district organiser to be released.")
            )
        if row.state in (State.CANCELLED, State.REPLACED, State.DECLINED, State.WITHDRAWN):
            raise NotEnrolled(_("This enrolment has been cancelled already."))
        _require_not_begun(row, now)
        with figures.following([row.person_id]):
            _give_up(row, reason, now)
        if scope_of(actor).person_id != row.person_id:
            _tell("enrolment_cancelled", row)
        audit.record(
            actor=actor,
            action="enrolment.cancel",
            obj=row,
            on_behalf=row.person,
            unit_id=row.unit_id,
            before={"state": State.CONFIRMED},
            after={"state": row.state},
            reason=reason,
        )
        if row.pool is not None:
            seats.give_back(row.pool)
    return row


def _give_up(row: Enrolment, reason: str, now: datetime.datetime) -> None:
    """Only from “confirmed”: a mark that came first has made it “attending”."""
    changes = {"state": State.CANCELLED, "decided_at": now, "reason": reason[:200]}
    if not Enrolment.objects.filter(pk=row.pk, state=State.CONFIRMED).update(**changes):
        raise WrongState(_begun())
    row.state, row.decided_at, row.reason = State.CANCELLED, now, reason[:200]


def _require_open(offering: Offering, at: datetime.datetime) -> None:
    if offering.takes_enrolments(at):
        return
    if offering.state == Offering.State.CANCELLED:
        raise EnrolmentClosed(_("This class has been cancelled."))
    if offering.state == Offering.State.DRAFT:
        raise EnrolmentClosed(_("This class is not open for enrolment yet."))
    raise EnrolmentClosed(_("The time of enrolment is over."))


def _require_not_begun(row: Enrolment, now: datetime.datetime) -> None:
    begun = row.offering.state not in (Offering.State.OPEN, Offering.State.CLOSED)
    if begun or row.state != State.CONFIRMED or timezone.localdate(now) >= row.offering.begins_on:
        raise WrongState(_begun())


def _begun() -> str:
    return _("The class has begun. Please talk to the class head about leave.")


def _already(person: Person, actor: Any) -> AlreadyEnrolled:
    if scope_of(actor).person_id == person.pk:
        return AlreadyEnrolled(_("You are enrolled in this class."))
    return AlreadyEnrolled(_("%(name)s is enrolled in this class.") % {"name": person.name})


def _tell(rule: str, enrolment: Enrolment) -> None:
    notices.queue(
        rule=rule,
        recipients=User.objects.filter(person=enrolment.person_id),
        object_id=enrolment.pk,
        facts=class_facts(enrolment.offering),
    )
