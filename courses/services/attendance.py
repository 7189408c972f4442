"""Who was there: by code or by roll call, until the session is closed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import throttle
from core import audit
from core.scope import scope_of
from courses import codes
from courses.errors import CheckInShut, MarksMissing, NotEnrolled, WrongCode, WrongState
from courses.models import Attendance, Enrolment, Offering, Session
from courses.rules import rule
from courses.services.locks import hold_offering, lock_offering
from courses.services.offering_rules import require_base
from courses.services.offerings import begin_offering

OPENS_BEFORE = datetime.timedelta(minutes=30)
# A code is one of a million; after so many guesses the roll call has to do for five minutes.
MOST_GUESSES = 10


def check_in(
    *, actor: Any, session: Session, code: str, at: datetime.datetime | None = None
) -> Attendance:
    """Mark the actor present, or late after the district's grace. Twice gives the first mark again.

    Raises NotEnrolled, CheckInShut outside the window (30 minutes before the start to the end),
    WrongCode, WrongState for a session that is closed.
    """
    now = at or timezone.now()
    enrolment = (
        Enrolment.objects.active()
        .filter(offering=session.offering_id, person_id=scope_of(actor).person_id or 0)
        .select_related("person")
        .first()
    )
    if enrolment is None:
        raise NotEnrolled(_("You are not enrolled in this class."))
    known = Attendance.objects.filter(session=session, enrolment=enrolment).first()
    if known is not None:
        return known
    _require_window(session, now)
    _require_code(session, enrolment, code, now)
    mark = Attendance.Mark.PRESENT
    if now > session.starts_at + _grace(session):
        mark = Attendance.Mark.LATE
    return _check_in(actor, session, enrolment, mark, now)


def _check_in(
    actor: Any, session: Session, enrolment: Enrolment, mark: str, now: datetime.datetime
) -> Attendance:
    try:
        with transaction.atomic():
            _begin(actor, session)
            row = Attendance.objects.create(
                session=session, enrolment=enrolment, mark=mark, marked_by=actor, marked_at=now
            )
            _attending([enrolment.pk])
            audit.record(
                actor=actor,
                action="attendance.check_in",
                obj=row,
                unit_id=enrolment.unit_id,
                after={"mark": mark},
            )
    except IntegrityError:  # the same wish in two requests: the first one counts
        return Attendance.objects.get(session=session, enrolment=enrolment)
    return row


def mark_attendance(
    *,
    actor: Any,
    session: Session,
    marks: Mapping[int, str],
    at: datetime.datetime | None = None,
) -> int:
    """Roll call: `marks` by enrolment number; returns how many marks are new or corrected.

    Raises NotYourClass, CheckInShut before the roll call opens, WrongState for a closed session,
    NotEnrolled for somebody who is not in the class.
    """
    now = at or timezone.now()
    with transaction.atomic():
        require_base(actor, _offering(session).base_id)
        _require_opened(session, now)
        _begin(actor, session, alone=True)
        people = Enrolment.objects.active().filter(offering=session.offering_id)
        wanted = {row.pk: row for row in people.filter(pk__in=marks).select_related("person")}
        if set(wanted) != set(marks):
            raise NotEnrolled(_("Somebody on this list is no longer in the class."))
        known = {row.enrolment_id: row for row in session.marks.filter(enrolment__in=wanted)}
        changed = sum(
            _mark(actor, session, wanted[pk], known.get(pk), mark, now)
            for pk, mark in sorted(marks.items())
        )
        _attending(list(wanted))
    return changed


def _mark(
    actor: Any,
    session: Session,
    enrolment: Enrolment,
    known: Attendance | None,
    mark: str,
    now: datetime.datetime,
) -> bool:
    if mark not in Attendance.Mark.values:
        raise MarksMissing(_("This mark is not known."))
    if known is not None and known.mark == mark:
        return False
    before = {} if known is None else {"mark": known.mark}
    row = known or Attendance(session=session, enrolment=enrolment)
    row.mark, row.marked_by, row.marked_at = mark, actor, now
    if known is None:
        row.save()  # new row
    else:
        row.save(update_fields=["mark", "marked_by", "marked_at"])
    audit.record(
        actor=actor,
        action="attendance.mark",
        obj=row,
        on_behalf=enrolment.person,
        unit_id=enrolment.unit_id,
        before=before,
        after={"mark": mark},
    )
    return True


def close_session(*, actor: Any, session: Session, at: datetime.datetime | None = None) -> Session:
    """The marks stand from now on. Again: nothing changes.

    Raises NotYourClass, CheckInShut before the session starts, MarksMissing while somebody has no
    mark.
    """
    now = at or timezone.now()
    with transaction.atomic():
        # Alone with the class: no check-in is half-way while the marks are counted.
        offering = lock_offering(_offering(session).pk)
        require_base(actor, offering.base_id)
        row = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
        if row.state == Session.State.CLOSED:
            return row
        if row.state == Session.State.CANCELLED:
            raise WrongState(_("This session has been cancelled."))
        if now < row.starts_at:
            raise CheckInShut(_("A session can be closed once it has started."))
        active = Enrolment.objects.active().filter(offering=offering)
        missing = active.exclude(marks__session=row).count()
        if missing:
            raise MarksMissing(
                _("%(count)d people have no mark yet. Finish the roll call first.")
                % {"count": missing}
            )
        begin_offering(actor=actor, offering=offering)
        row.state = Session.State.CLOSED
        row.save(update_fields=["state"])
        audit.record(
            actor=actor,
            action="session.close",
            obj=row,
            before={"state": Session.State.PLANNED},
            after={"state": row.state},
        )
    return row


def _begin(actor: Any, session: Session, *, alone: bool = False) -> None:
    """The first mark makes the class run; it then stays so until this transaction ends. `alone`:
    no check-in at the same time."""
    offering = _offering(session)
    state = Offering.objects.values_list("state", flat=True).get(pk=offering.pk)
    if state != Offering.State.RUNNING:
        # Before the hold below: a held class that is then changed would let two wait in a ring.
        begin_offering(actor=actor, offering=offering)
    (lock_offering if alone else hold_offering)(offering.pk)
    if Session.objects.filter(pk=session.pk).exclude(state=Session.State.PLANNED).exists():
        raise WrongState(_("This session is closed; its marks can no longer be changed."))


def _attending(ids: list[int]) -> None:
    """From the first mark on a person attends; a cancellation that came first stands."""
    waiting = Enrolment.objects.filter(pk__in=ids, state=Enrolment.State.CONFIRMED)
    waiting.update(state=Enrolment.State.ATTENDING)
    if Enrolment.objects.active().filter(pk__in=ids).count() != len(ids):
        raise NotEnrolled(_("Somebody on this list is no longer in the class."))


def _offering(session: Session) -> Offering:
    if session.offering is None:
        raise WrongState(_("This session belongs to no class."))
    return session.offering


def _grace(session: Session) -> datetime.timedelta:
    minutes = rule(_offering(session), "attendance.late_grace", session.on)
    return datetime.timedelta(minutes=int(minutes))


def _require_opened(session: Session, now: datetime.datetime) -> None:
    opens = session.starts_at - OPENS_BEFORE
    if now < opens:
        local = timezone.localtime(opens)
        if local.date() == timezone.localdate(now):
            raise CheckInShut(_("Check-in opens at %(time)s.") % {"time": f"{local:%H:%M}"})
        raise CheckInShut(
            _("Check-in opens on %(day)s at %(time)s.")
            % {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
        )


def _require_window(session: Session, now: datetime.datetime) -> None:
    if session.state != Session.State.PLANNED:
        raise WrongState(_("This session is closed; its marks can no longer be changed."))
    _require_opened(session, now)
    if now > session.ends_at:
        raise CheckInShut(_("Check-in has ended. The class head can enter you in the roll call."))


def _require_code(
    session: Session, enrolment: Enrolment, code: str, now: datetime.datetime
) -> None:
    # A turn is taken before the code is looked at and given back when it fits: guesses sent at once
    # get no more turns than one after the other, and a dead cache opens no door.
    key = f"check-in:{session.pk}:{enrolment.pk}"
    if not throttle.take_turn(key, MOST_GUESSES):
        raise WrongCode(
            _("Too many wrong codes. The class head can enter you in the roll call."), field="code"
        )
    if not codes.is_valid(session.public_id, code.strip(), now):
        raise WrongCode(
            _("This code does not fit. It changes every minute: look at the screen again."),
            field="code",
        )
    throttle.give_back(key)
