"""Classes: planned, opened, closed for enrolment, cancelled."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from committees.models import Person, TrainingBase
from committees.policies import snapshot
from core import audit, registries
from courses import figures, states
from courses.errors import WrongOffering, WrongState
from courses.facts import class_facts
from courses.models import Course, Enrolment, Offering, SeatPool, Session
from courses.rules import KEPT, keep_rules
from courses.services.locks import lock_offering, lock_people
from courses.services.offering_rules import (
    require_base,
    require_courses,
    require_courses_in_use,
    require_dates,
    require_plannable,
    require_same_year,
    require_seats,
    require_sessions_inside,
)
from notices import services as notices

State = Offering.State
FACTS = (
    "title_zh",
    "title_en",
    "about_zh",
    "about_en",
    "kind",
    "begins_on",
    "ends_on",
    "enrol_until",
    "venue_zh",
    "venue_en",
    "class_head_id",
    "source",
)


def create_offering(
    *,
    actor: Any,
    base: TrainingBase,
    title_zh: str,
    begins_on: datetime.date,
    ends_on: datetime.date,
    seats: int,
    courses: Sequence[Course] = (),
    title_en: str = "",
    about_zh: str = "",
    about_en: str = "",
    kind: str = Offering.Kind.TOPIC,
    enrol_until: datetime.datetime | None = None,
    venue_zh: str = "",
    venue_en: str = "",
    class_head: Person | None = None,
    source: str = "",
    at: datetime.datetime | None = None,
) -> Offering:
    """Plan a class as a draft, with its root seat pool.

    Raises NotYourClass unless `actor` administers the base; WrongOffering for dates that do not
    fit, seats outside 1-2,000, no course or a course of another base.
    """
    require_base(actor, base.pk)
    now = at or timezone.now()
    offering = Offering(
        base=base,
        title_zh=title_zh.strip(),
        title_en=title_en.strip(),
        about_zh=about_zh,
        about_en=about_en,
        kind=kind,
        begins_on=begins_on,
        ends_on=ends_on,
        enrol_until=enrol_until,
        venue_zh=venue_zh,
        venue_en=venue_en,
        class_head=class_head,
        source=source,
        created_at=now,
    )
    require_dates(offering, now)
    require_seats(seats)
    require_courses(offering, courses)
    with transaction.atomic():
        offering.save()  # new row
        offering.courses.set(courses)
        SeatPool.objects.create(offering=offering, seats=seats)
        facts = _facts(offering) | {"seats": seats, "courses": [course.pk for course in courses]}
        audit.record(actor=actor, action="offering.create", obj=offering, after=facts)
    return offering


def record_reported_offering(
    *,
    base: TrainingBase,
    title_zh: str,
    title_en: str,
    kind: str,
    begins_on: datetime.date,
    ends_on: datetime.date,
    source: str,
    venue_zh: str = "",
    venue_en: str = "",
) -> Offering:
    """A class of the past that a document reports: it stands as history, without people."""
    if not source:
        raise WrongOffering(_("A reported class names its source."), field="source")
    return Offering.objects.create(
        base=base,
        title_zh=title_zh,
        title_en=title_en,
        kind=kind,
        begins_on=begins_on,
        ends_on=ends_on,
        venue_zh=venue_zh,
        venue_en=venue_en,
        source=source,
        rules=snapshot(KEPT, base.host, begins_on),
        state=State.COMPLETED,
        historical=True,
    )


def update_offering(
    *,
    actor: Any,
    offering: Offering,
    seats: int | None = None,
    courses: Sequence[Course] | None = None,
    at: datetime.datetime | None = None,
    **changes: Any,
) -> Offering:
    """Change a class that does not run yet. Reminders follow by themselves: they read the live
    dates. Raises as `create_offering`, and WrongState once the class runs."""
    unknown = set(changes) - {*FACTS, "class_head"}
    if unknown:
        raise TypeError(f"not facts of a class: {sorted(unknown)}")
    with transaction.atomic():
        locked = lock_offering(offering.pk)
        require_base(actor, locked.base_id)
        require_plannable(locked)
        before = _facts(locked)
        for name, value in changes.items():
            setattr(locked, name, value)
        after = _facts(locked)
        if any(before[name] != after[name] for name in ("begins_on", "ends_on", "enrol_until")):
            require_dates(locked, at or timezone.now())
            require_sessions_inside(locked)
            require_same_year(locked, before["begins_on"])
        if courses is not None:
            require_courses(locked, courses)
            require_courses_in_use(locked, courses)
            locked.courses.set(courses)
        locked.save(update_fields=list(FACTS))
        if seats is not None:
            before["seats"], after["seats"] = _resize(locked, seats), seats
        changed = [name for name in after if before.get(name) != after[name]]
        if changed:
            audit.record(
                actor=actor,
                action="offering.update",
                obj=locked,
                before={name: before.get(name) for name in changed},
                after={name: after[name] for name in changed},
            )
    return locked


def open_offering(
    *, actor: Any, offering: Offering, at: datetime.datetime | None = None
) -> Offering:
    """Open a draft, or a class whose enrolment was closed, for enrolment. From its first opening
    on the class keeps the rules of that day.

    Raises WrongState; WrongOffering without a session or when the time of enrolment is over.
    """
    now = at or timezone.now()
    with transaction.atomic():
        locked = lock_offering(offering.pk)
        require_base(actor, locked.base_id)
        if not locked.sessions.filter(state=Session.State.PLANNED).exists():
            raise WrongOffering(_("Add the first session before you open the class."))
        if now >= locked.enrolment_ends_at:
            raise WrongOffering(_("The time of enrolment is over. Change the dates first."))
        keep_rules(locked, timezone.localdate(now))
        locked.save(update_fields=["rules"])
        before = states.move(locked, State.OPEN)
        _record_move(actor, locked, "offering.open", before)
    return locked


def close_enrolment(*, actor: Any, offering: Offering) -> Offering:
    """No further enrolments. Raises WrongState."""
    with transaction.atomic():
        locked = lock_offering(offering.pk)
        require_base(actor, locked.base_id)
        before = states.move(locked, State.CLOSED)
        _record_move(actor, locked, "offering.close_enrolment", before)
    return locked


def begin_offering(*, actor: Any, offering: Offering) -> None:
    """The class runs from its first mark on; called by attendance within its transaction."""
    waiting = (State.OPEN, State.CLOSED)
    moved = Offering.objects.filter(pk=offering.pk, state__in=waiting).update(state=State.RUNNING)
    if moved:
        _record_move(actor, offering, "offering.begin", offering.state, after=State.RUNNING)
        offering.state = State.RUNNING
    elif not Offering.objects.filter(pk=offering.pk, state=State.RUNNING).exists():
        raise WrongState(_("This class is not running."))


def cancel_offering(*, actor: Any, offering: Offering, reason: str) -> Offering:
    """Cancel a class before it runs: enrolments end and their people are told, seats and sessions
    are given up, reminders that wait are dropped when they look at the class.

    Raises WrongState once the class runs or is over; WrongOffering without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise WrongOffering(_("Please give a reason, so that people understand."), field="reason")
    if len(reason) > 200:
        raise WrongOffering(_("Please use 200 characters at most."), field="reason")
    with transaction.atomic():
        locked = lock_offering(offering.pk)
        require_base(actor, locked.base_id)
        before = states.move(locked, State.CANCELLED)
        holding = Enrolment.objects.holding().filter(offering=locked)
        people = lock_people(holding.values_list("person_id", flat=True))
        if before != State.DRAFT:
            _tell_cancelled(locked, list(people), reason)
        with figures.following(people):
            holding.update(
                state=Enrolment.State.CANCELLED, decided_at=timezone.now(), reason=reason
            )
        locked.sessions.filter(state=Session.State.PLANNED).update(state=Session.State.CANCELLED)
        SeatPool.objects.filter(offering=locked).update(taken=0)
        registries.offering_cancelled.emit(offering=locked, actor=actor, reason=reason)
        _record_move(actor, locked, "offering.cancel", before, reason=reason)
    return locked


def _tell_cancelled(offering: Offering, people: list[int], reason: str) -> None:
    notices.queue(
        rule="offering_cancelled",
        recipients=User.objects.filter(person__in=people),
        object_id=offering.pk,
        facts=class_facts(offering) | {"reason": reason},
    )


def _resize(offering: Offering, seats: int) -> int:
    """Set the seats of the root pool and return those before."""
    require_seats(seats)
    pool = SeatPool.objects.select_for_update().get(offering=offering, unit=None)
    if seats < pool.taken:
        raise WrongOffering(
            _("%(taken)d people hold a seat; the class cannot have fewer.") % {"taken": pool.taken},
            field="seats",
        )
    before = pool.seats
    pool.seats = seats
    pool.save(update_fields=["seats"])
    return before


def _facts(offering: Offering) -> dict[str, Any]:
    return {name: getattr(offering, name) for name in FACTS}


def _record_move(
    actor: Any, offering: Offering, action: str, before: str, *, after: str = "", reason: str = ""
) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=offering,
        before={"state": before},
        after={"state": after or offering.state},
        reason=reason,
    )
