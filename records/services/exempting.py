"""Asking no hours of somebody for a while."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from committees.models import Person
from core import audit
from core.scope import scope_of
from records.errors import WrongExemption
from records.models import HourExemption


def exempt(
    *,
    actor: Any,
    person: Person,
    reason: str,
    from_on: datetime.date,
    to_on: datetime.date | None = None,
) -> HourExemption:
    """Ask no hours of `person` from `from_on` on. The reason is a category, never a word on
    anybody's health. Raises WrongExemption when the days overlap another exemption."""
    if to_on is not None and to_on < from_on:
        raise WrongExemption(_("The last day lies before the first."), field="to_on")
    scope = scope_of(actor)
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        clash = HourExemption.objects.filter(person=person).filter(
            Q(to_on=None) | Q(to_on__gte=from_on)
        )
        if to_on is not None:
            clash = clash.filter(from_on__lte=to_on)
        if clash.exists():
            raise WrongExemption(
                _("An exemption covers these days already. End it first."), field="from_on"
            )
        exemption = HourExemption.objects.create(
            person=person,
            reason=HourExemption.Reason(reason),
            from_on=from_on,
            to_on=to_on,
            actor_id=scope.user_id,
            actor_label=scope.label[:120],
        )
        audit.record(
            actor=actor,
            action="hours.exempt",
            obj=exemption,
            on_behalf=person,
            unit_id=person.unit_id,
            after={"reason": reason, "from_on": from_on, "to_on": to_on},
        )
    return exemption


def end_exemption(*, actor: Any, exemption: HourExemption, to_on: datetime.date) -> HourExemption:
    """Ask hours again from the day after `to_on`. Raises WrongExemption when it has an end."""
    with transaction.atomic():
        held = HourExemption.objects.select_for_update(no_key=True).get(pk=exemption.pk)
        if held.to_on is not None:
            raise WrongExemption(_("This exemption has its last day already."), field="to_on")
        if to_on < held.from_on:
            raise WrongExemption(_("The last day lies before the first."), field="to_on")
        held.to_on = to_on
        held.save(update_fields=["to_on"])
        person = exemption.person
        audit.record(
            actor=actor,
            action="hours.end_exemption",
            obj=held,
            on_behalf=person,
            unit_id=person.unit_id,
            after={"to_on": to_on},
        )
    return held
