"""The tutor bank: who is appointed by which district, from when until when."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from committees.models import Person, Place
from core import audit
from tutors.errors import AppointmentRefused
from tutors.models import Pairing, TutorAppointment


def appoint_tutor(
    *,
    actor: Any,
    person: Person,
    district: Place,
    from_on: datetime.date | None,
    to_on: datetime.date | None = None,
    kind: str = TutorAppointment.Kind.TUTOR,
    source: str = "",
) -> TutorAppointment:
    """Put `person` into the bank of `district`. Raises AppointmentRefused.

    Who is being tutored cannot become a tutor at the same time.
    """
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        _check_appointment(person, district, kind)
        appointment = TutorAppointment.objects.create(
            person=person, district=district, kind=kind, from_on=from_on, to_on=to_on, source=source
        )
        audit.record(
            actor=actor,
            action="tutors.appoint",
            obj=appointment,
            after={"kind": kind, "district": district.name_zh, "from": from_on, "until": to_on},
            on_behalf=person,
            unit_id=person.unit_id,
        )
    return appointment


def _check_appointment(person: Person, district: Place, kind: str) -> None:
    if district.level != Place.Level.DISTRICT:
        raise AppointmentRefused(_("A tutor is appointed by a district."), field="district")
    known = TutorAppointment.objects.filter(person=person, district=district, kind=kind, to_on=None)
    if known.exists():
        raise AppointmentRefused(
            _("%(name)s already has this appointment.") % {"name": person.name}, field="person"
        )
    is_tutor = kind == TutorAppointment.Kind.TUTOR
    if is_tutor and Pairing.objects.filter(pupil=person).open().exists():
        raise AppointmentRefused(
            _("%(name)s has a tutor at present and can be appointed when that pairing has ended.")
            % {"name": person.name},
            field="person",
        )


def end_tutor_appointment(
    *, actor: Any, appointment: TutorAppointment, to_on: datetime.date, reason: str = ""
) -> TutorAppointment:
    """Close an appointment. Refused while pairings of the tutor are open: they are ended first."""
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=appointment.person_id)
        appointment = TutorAppointment.objects.select_for_update().get(pk=appointment.pk)
        open_pairings = Pairing.objects.filter(
            tutor=appointment.person_id, batch__district=appointment.district_id
        ).open()
        if appointment.kind == TutorAppointment.Kind.TUTOR and open_pairings.exists():
            raise AppointmentRefused(
                _("This tutor still has pupils. End or hand over those pairings first.")
            )
        before = appointment.to_on
        appointment.to_on = to_on
        appointment.save(update_fields=["to_on"])
        audit.record(
            actor=actor,
            action="tutors.end_appointment",
            obj=appointment,
            before={"until": before},
            after={"until": to_on},
            reason=reason,
            on_behalf=appointment.person,
        )
    return appointment
