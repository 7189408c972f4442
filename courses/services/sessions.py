"""Sessions: the gatherings of a class, planned before it runs."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Person
from core import audit
from courses.errors import WrongOffering, WrongState
from courses.models import Course, Offering, Session
from courses.rules import rule
from courses.services.locks import lock_offering
from courses.services.offering_rules import require_base
from courses.states import PLANNABLE
from records.models import HourCategory

FACTS = (
    "course_id",
    "starts_at",
    "ends_at",
    "quarters",
    "category",
    "lecturer_id",
    "venue_zh",
    "venue_en",
)


def add_session(
    *,
    actor: Any,
    offering: Offering,
    course: Course,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    quarters: int,
    category: str = HourCategory.CENTRALISED,
    lecturer: Person | None = None,
    venue_zh: str = "",
    venue_en: str = "",
) -> Session:
    """Add a session to a class that is not over. `quarters`: length in quarters of a class hour.

    Raises NotYourClass, WrongState, and WrongOffering when the session lies outside the class,
    crosses midnight, overlaps another one, teaches a course that is not in the class, or is said to
    hold more class hours than its time allows.
    """
    session = Session(
        offering=offering,
        course=course,
        starts_at=starts_at,
        ends_at=ends_at,
        quarters=quarters,
        category=category,
        lecturer=lecturer,
        venue_zh=venue_zh,
        venue_en=venue_en,
    )
    with transaction.atomic():
        locked = _lock(actor, offering)
        _require_fit(locked, session)
        session.save()  # new row
        audit.record(actor=actor, action="session.create", obj=session, after=_facts(session))
    return session


def update_session(*, actor: Any, session: Session, **changes: Any) -> Session:
    """Change a planned session without marks. Raises as `add_session`."""
    unknown = set(changes) - {*FACTS, "course", "lecturer"}
    if unknown:
        raise TypeError(f"not facts of a session: {sorted(unknown)}")
    with transaction.atomic():
        locked = _lock(actor, session.offering)
        row = _changeable(session)
        before = _facts(row)
        for name, value in changes.items():
            setattr(row, name, value)
        _require_fit(locked, row)
        row.save(update_fields=list(FACTS))
        after = _facts(row)
        audit.record(
            actor=actor,
            action="session.update",
            obj=row,
            before={name: before[name] for name in FACTS if before[name] != after[name]},
            after={name: after[name] for name in FACTS if before[name] != after[name]},
        )
    return row


def drop_session(*, actor: Any, session: Session) -> None:
    """Take a session out of a class: a draft forgets it, an announced class shows it cancelled.

    Raises WrongState for a session with marks, WrongOffering for the last of an announced class.
    """
    with transaction.atomic():
        locked = _lock(actor, session.offering)
        row = _changeable(session)
        planned = locked.sessions.exclude(state=Session.State.CANCELLED)
        if locked.state != Offering.State.DRAFT and not planned.exclude(pk=row.pk).exists():
            raise WrongOffering(_("A class keeps at least one session. Cancel the class instead."))
        audit.record(actor=actor, action="session.drop", obj=row, before=_facts(row))
        if locked.state == Offering.State.DRAFT:
            row.delete()
        else:
            row.state = Session.State.CANCELLED
            row.save(update_fields=["state"])


def _lock(actor: Any, offering: Offering | None) -> Offering:
    if offering is None:
        raise WrongState(_("This session belongs to no class."))
    locked = lock_offering(offering.pk)
    require_base(actor, locked.base_id)
    if locked.state not in (*PLANNABLE, Offering.State.RUNNING):
        raise WrongState(_("The class is over; its sessions can no longer be changed."))
    return locked


def _changeable(session: Session) -> Session:
    row = Session.objects.select_for_update().get(pk=session.pk)
    if row.state != Session.State.PLANNED or row.marks.exists():
        raise WrongState(_("This session has been held; it can no longer be changed."))
    return row


def _require_fit(offering: Offering, session: Session) -> None:
    day = session.on
    if not offering.begins_on <= day <= offering.ends_on:
        raise WrongOffering(_("The session lies outside the class."), field="starts_at")
    if session.ends_at <= session.starts_at:
        raise WrongOffering(_("The session ends before it starts."), field="ends_at")
    if timezone.localtime(session.ends_at).date() != day:
        raise WrongOffering(_("A session ends on the day it starts."), field="ends_at")
    if not offering.courses.filter(pk=session.course_id).exists():
        raise WrongOffering(_("This course is not part of the class."), field="course")
    _require_length(offering, session)
    others = offering.sessions.exclude(state=Session.State.CANCELLED).exclude(pk=session.pk)
    twin = others.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at).first()
    if twin is not None:
        raise WrongOffering(
            _("Another session of the class takes place from %(start)s to %(end)s.")
            % {
                "start": f"{timezone.localtime(twin.starts_at):%H:%M}",
                "end": f"{timezone.localtime(twin.ends_at):%H:%M}",
            },
            field="starts_at",
        )


def _require_length(offering: Offering, session: Session) -> None:
    """No more class hours than the time holds; the length of one is a rule of the district."""
    minutes = (session.ends_at - session.starts_at).total_seconds() / 60
    length = int(rule(offering, "hours.minutes_per_hour", session.on))
    most = int(minutes * 4 // length)
    if not 1 <= session.quarters <= most:
        raise WrongOffering(
            _("There is room for %(most)s class hours at most, of %(minutes)d minutes each.")
            % {"most": f"{most / 4:g}", "minutes": length},
            field="hours",
        )


def _facts(session: Session) -> dict[str, Any]:
    return {name: getattr(session, name) for name in FACTS}
