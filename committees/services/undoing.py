"""Taking back what an import wrote about people, with all that their services entail."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from committees.models import Affiliation, Place
from committees.services.appointments import (
    SECRETARIES,
    SeatTaken,
    facts_of,
    own_seat,
    settle_unit,
)
from core import audit, registries, summaries


def withdraw_service(*, actor: Any, service: Affiliation) -> None:
    """Remove a service that should never have been entered. Call inside a transaction."""
    person = service.person
    registries.appointment_changed.emit(actor=actor, affiliation=service, change="withdrawn")
    audit.record(
        actor=actor,
        action="appointment.withdraw",
        obj=service,
        before=facts_of(service),
        on_behalf=person,
        unit_id=service.place_id,
    )
    if service.to_on is None:
        _count(service, -1)
    service.delete()
    settle_unit(person)


def reopen_service(*, actor: Any, service: Affiliation) -> None:
    """Let a service go on as if it had not ended. Call inside a transaction.

    Raises SeatTaken when somebody else is secretary there by now.
    """
    place = service.place
    if service.counts_as_secretary and place:
        if place.affiliations.secretaries().exists():
            raise SeatTaken(_("%(place)s already has a secretary.") % {"place": place})
        service.concurrent = own_seat(service.person) is not None
    before, service.to_on = service.to_on, None
    service.save(update_fields=["to_on", "concurrent"])
    _count(service, 1)
    settle_unit(service.person)
    audit.record(
        actor=actor,
        action="appointment.reopen",
        obj=service,
        before={"to_on": before},
        on_behalf=service.person,
        unit_id=service.place_id,
    )
    registries.appointment_changed.emit(actor=actor, affiliation=service, change="reopened")


def _count(service: Affiliation, amount: int) -> None:
    place = service.place
    if place and service.counts_as_secretary and place.level == Place.Level.COMMITTEE:
        summaries.add(SECRETARIES, place_id=place.pk, amount=amount)
