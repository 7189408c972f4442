"""Pairs of tutor and pupil, from the proposal to the end.

Every act locks the two people in the order of their ids, then the pairing: two organisers who
propose at the same moment cannot give a pupil two tutors or a tutor one pupil too many.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from committees.models import Person, Place
from committees.policies import snapshot
from core import audit, summaries
from notices.services import queue
from tutors.errors import PairingRefused, StepRefused
from tutors.models import OPEN_STATES, UNDERWAY_STATES, Batch, Pairing, TutorAppointment
from tutors.policies import KEPT, most_active_pupils

METRIC = "pairings_active"
PROPOSED_RULE = "pairing_proposed"
ACTIVE_RULE = "pairing_active"
State = Pairing.State


def propose_pairing(
    *,
    actor: Any,
    batch: Batch,
    tutor: Person,
    pupil: Person,
    from_on: datetime.date,
    to_on: datetime.date | None = None,
    focus_zh: str = "",
    focus_en: str = "",
) -> Pairing:
    """Propose a pair; both are asked to agree. Raises PairingRefused with the rule that says no."""
    if batch.historical:
        raise PairingRefused(_("This batch stands as reported and is not run here."))
    if to_on is not None and to_on < from_on:
        raise PairingRefused(_("The pairing ends before it begins."), field="to_on")
    with transaction.atomic():
        tutor, pupil = _locked_people(tutor, pupil)
        tutor_unit, pupil_unit = _unit_of(tutor, "tutor"), _unit_of(pupil, "pupil")
        _check_tutor(batch, tutor, from_on)
        _check_pupil(pupil)
        pairing = Pairing.objects.create(
            batch=batch,
            tutor=tutor,
            pupil=pupil,
            tutor_unit=tutor_unit,
            pupil_unit=pupil_unit,
            state=State.PROPOSED,
            from_on=from_on,
            to_on=to_on,
            focus_zh=focus_zh,
            focus_en=focus_en,
        )
        _record(actor, "propose", pairing, before={})
        _tell(PROPOSED_RULE, pairing)
    return pairing


def _locked_people(tutor: Person, pupil: Person) -> tuple[Person, Person]:
    """Both rows, locked in the order of their ids and read afresh."""
    if tutor.pk == pupil.pk:
        raise PairingRefused(
            _("The tutor and the pupil must be two different people."), field="pupil"
        )
    rows = Person.objects.select_for_update(of=("self",), no_key=True).select_related("unit")
    found = {row.pk: row for row in rows.filter(pk__in=(tutor.pk, pupil.pk)).order_by("pk")}
    return found[tutor.pk], found[pupil.pk]


def _unit_of(person: Person, field: str) -> Place:
    if person.unit is None:
        raise PairingRefused(
            _("%(name)s has no unit at present, so the pairing has no place to belong to.")
            % {"name": person.name},
            field=field,
        )
    return person.unit


def _check_tutor(batch: Batch, tutor: Person, day: datetime.date) -> None:
    appointed = TutorAppointment.objects.open_on(day).filter(
        person=tutor, district=batch.district_id
    )
    if not appointed.exists():
        raise PairingRefused(
            _("%(name)s has no valid appointment as tutor of this district on that day.")
            % {"name": tutor.name},
            field="tutor",
        )
    if Pairing.objects.filter(pupil=tutor).open().exists():
        raise PairingRefused(
            _("%(name)s is being tutored at present and cannot tutor at the same time.")
            % {"name": tutor.name},
            field="tutor",
        )
    most = most_active_pupils(batch.district, day)
    if Pairing.objects.filter(tutor=tutor).open().count() >= most:
        raise PairingRefused(
            _("%(name)s already has %(count)s pupils, and %(count)s is the most allowed here.")
            % {"name": tutor.name, "count": most},
            field="tutor",
        )


def _check_pupil(pupil: Person) -> None:
    if Pairing.objects.filter(pupil=pupil).open().exists():
        raise PairingRefused(
            _("%(name)s already has a tutor.") % {"name": pupil.name}, field="pupil"
        )
    if Pairing.objects.filter(tutor=pupil).open().exists():
        raise PairingRefused(
            _("%(name)s is a tutor at present and cannot be a pupil at the same time.")
            % {"name": pupil.name},
            field="pupil",
        )


@contextmanager
def _step(pairing: Pairing, *allowed: str) -> Iterator[Pairing]:
    """The pairing, locked after its two people, if its state is one of `allowed`."""
    with transaction.atomic():
        people = (pairing.tutor_id, pairing.pupil_id)
        list(Person.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))
        rows = Pairing.objects.select_for_update(of=("self",))
        held = rows.select_related("batch", "tutor", "pupil").get(pk=pairing.pk)
        if held.state not in allowed:
            raise StepRefused(
                _("This pairing is “%(state)s” now, so that is not possible.")
                % {"state": held.get_state_display()}
            )
        yield held


def accept_pairing(*, actor: Any, pairing: Pairing, person: Person) -> Pairing:
    """`person` (the tutor or the pupil) agrees. When both have, the pairing waits for signing.

    Agreeing twice changes nothing. Raises StepRefused for anybody else or too late.
    """
    with _step(pairing, State.PROPOSED, State.ACCEPTED) as held:
        field = _side_of(held, person)
        if getattr(held, field) is not None:
            return held
        before = {"state": held.state}
        setattr(held, field, timezone.now())
        if held.tutor_accepted_at and held.pupil_accepted_at:
            held.state = State.ACCEPTED
        held.save(update_fields=[field, "state"])
        _record(actor, "accept", held, before=before, person=person)
    return held


def _side_of(pairing: Pairing, person: Person) -> str:
    if person.pk == pairing.tutor_id:
        return "tutor_accepted_at"
    if person.pk == pairing.pupil_id:
        return "pupil_accepted_at"
    raise StepRefused(_("Only the tutor and the pupil of this pairing answer it."))


def decline_pairing(*, actor: Any, pairing: Pairing, person: Person, reason: str = "") -> Pairing:
    """`person` (the tutor or the pupil) does not agree: the proposal ends, nobody is blamed."""
    with _step(pairing, State.PROPOSED, State.ACCEPTED) as held:
        _side_of(held, person)
        _end(held, State.TERMINATED, max(held.from_on, timezone.localdate()))
        _record(actor, "decline", held, before={}, reason=reason, person=person)
    return held


def activate_pairing(*, actor: Any, pairing: Pairing, signed_on: datetime.date) -> Pairing:
    """The agreement is signed on `signed_on`: the pairing is under way from that day."""
    with _step(pairing, State.ACCEPTED) as held:
        if held.to_on is not None and signed_on > held.to_on:
            raise StepRefused(
                _("The day of signing lies after the end of the pairing."), field="signed_on"
            )
        before = {"state": held.state, "from": held.from_on}
        held.from_on = signed_on
        held.rules = snapshot(KEPT, held.batch.district, signed_on)
        _move(held, State.ACTIVE)
        held.save(update_fields=["state", "from_on", "rules"])
        _record(actor, "activate", held, before=before)
        _tell(ACTIVE_RULE, held)
    return held


def pause_pairing(*, actor: Any, pairing: Pairing, reason: str = "") -> Pairing:
    """Set a pairing under way aside for a time."""
    return _switch(actor, "pause", pairing, UNDERWAY_STATES, State.PAUSED, reason)


def resume_pairing(*, actor: Any, pairing: Pairing) -> Pairing:
    """Take a paused pairing up again."""
    return _switch(actor, "resume", pairing, (State.PAUSED,), State.ACTIVE, "")


def _switch(
    actor: Any, verb: str, pairing: Pairing, allowed: tuple[str, ...], state: str, reason: str
) -> Pairing:
    with _step(pairing, *allowed) as held:
        before = {"state": held.state}
        _move(held, state)
        held.save(update_fields=["state"])
        _record(actor, verb, held, before=before, reason=reason)
    return held


def end_pairing(
    *,
    actor: Any,
    pairing: Pairing,
    to_on: datetime.date,
    graduated: bool = False,
    reason: str = "",
) -> Pairing:
    """End an open pairing on `to_on`: as graduated (it must have been under way) or early."""
    allowed = (*UNDERWAY_STATES, State.PAUSED) if graduated else OPEN_STATES
    with _step(pairing, *allowed) as held:
        if to_on < held.from_on:
            raise StepRefused(_("The pairing ends before it begins."), field="to_on")
        before = {"state": held.state, "until": held.to_on}
        _end(held, State.GRADUATED if graduated else State.TERMINATED, to_on)
        _record(actor, "end", held, before=before, reason=reason)
    return held


def _end(pairing: Pairing, state: str, to_on: datetime.date) -> None:
    _move(pairing, state)
    pairing.to_on = to_on
    pairing.unsettled_since = None
    pairing.save(update_fields=["state", "to_on", "unsettled_since"])


def _move(pairing: Pairing, state: str) -> None:
    """Change the state in memory and note what that does to the figure of the pupil's unit."""
    change = (state in UNDERWAY_STATES) - (pairing.state in UNDERWAY_STATES)
    if change:
        summaries.add(METRIC, place_id=pairing.pupil_unit_id, amount=change)
    pairing.state = state


def _record(
    actor: Any,
    verb: str,
    pairing: Pairing,
    *,
    before: dict[str, Any],
    reason: str = "",
    person: Person | None = None,
) -> None:
    audit.record(
        actor=actor,
        action=f"tutors.{verb}_pairing",
        obj=pairing,
        before=before,
        after={"state": pairing.state, "from": pairing.from_on, "until": pairing.to_on},
        reason=reason,
        on_behalf=person,
        unit_id=pairing.pupil_unit_id,
    )


def _names(side: str, person: Person) -> dict[str, str]:
    """As either language writes the name: who is told may read the other one."""
    with translation.override("en"):
        english = person.name
    return {side: str(person), f"{side}_en": english}


def _tell(rule: str, pairing: Pairing) -> None:
    """Write to the accounts of both; who has none is told by the organiser."""
    people = (pairing.tutor_id, pairing.pupil_id)
    queue(
        rule=rule,
        recipients=User.objects.filter(person__in=people, is_active=True),
        object_id=pairing.pk,
        facts={
            "pairing": str(pairing.public_id),
            **_names("tutor", pairing.tutor),
            **_names("pupil", pairing.pupil),
            "from_on": pairing.from_on.isoformat(),
        },
    )
