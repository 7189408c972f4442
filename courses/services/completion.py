"""Completing a class: verdicts, class hours, notices; once."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from committees.models import Person
from core import audit
from courses import figures, states
from courses.completion import Verdict, judge
from courses.errors import WrongState
from courses.facts import class_facts
from courses.models import ATTENDED, Attendance, Enrolment, Offering, Session
from courses.rules import least_attendance
from courses.services.locks import lock_offering, lock_people
from courses.services.offering_rules import require_base
from notices import services as notices
from records import services as records

State = Enrolment.State


def complete_offering(
    *, actor: Any, offering: Offering, at: datetime.datetime | None = None
) -> Offering:
    """Decide every enrolment by its share of sessions attended, post the class hours of every
    session attended, and tell the people. Pressed again it changes nothing.

    Raises NotYourClass, WrongState unless the class runs and every session is closed.
    """
    now = at or timezone.now()
    with transaction.atomic():
        locked = lock_offering(offering.pk)
        require_base(actor, locked.base_id)
        if locked.state == Offering.State.COMPLETED:
            return locked
        sessions = _closed_sessions(locked)
        before = states.move(locked, Offering.State.COMPLETED)
        enrolments = list(
            Enrolment.objects.active().filter(offering=locked).select_related("unit").order_by("pk")
        )
        people = lock_people(row.person_id for row in enrolments)
        with figures.following(people):
            verdicts = _decide(locked, enrolments, sessions, now)
        _post_hours(actor, locked, enrolments, people, sessions)
        _tell(locked, enrolments, verdicts)
        audit.record(
            actor=actor,
            action="offering.complete",
            obj=locked,
            before={"state": before},
            after={
                "state": locked.state,
                "completed": sum(verdict.completed for verdict in verdicts.values()),
                "not_completed": sum(not verdict.completed for verdict in verdicts.values()),
            },
        )
    return locked


def _closed_sessions(offering: Offering) -> list[Session]:
    held = offering.sessions.exclude(state=Session.State.CANCELLED)
    sessions = list(held.select_related("course").order_by("starts_at", "pk"))
    waiting = sum(session.state != Session.State.CLOSED for session in sessions)
    if waiting or not sessions:
        raise WrongState(
            _("%(count)d sessions are not closed yet. Close every session first.")
            % {"count": waiting}
        )
    return sessions


def _decide(
    offering: Offering,
    enrolments: list[Enrolment],
    sessions: list[Session],
    now: datetime.datetime,
) -> dict[int, Verdict]:
    """Verdicts by enrolment number, stored with their reason."""
    least = least_attendance(offering, (session.on for session in sessions))
    marks: dict[int, list[str]] = {row.pk: [] for row in enrolments}
    for enrolment_id, mark in Attendance.objects.filter(
        session__in=sessions, enrolment__in=marks
    ).values_list("enrolment_id", "mark"):
        marks[enrolment_id].append(mark)
    verdicts = {pk: judge(own, len(sessions), least) for pk, own in marks.items()}
    for row in enrolments:
        verdict = verdicts[row.pk]
        row.state = State.COMPLETED if verdict.completed else State.NOT_COMPLETED
        row.decided_at, row.reason = now, verdict.reason
    Enrolment.objects.bulk_update(enrolments, ["state", "decided_at", "reason"], batch_size=200)
    return verdicts


def _post_hours(
    actor: Any,
    offering: Offering,
    enrolments: list[Enrolment],
    people: dict[int, Person],
    sessions: list[Session],
) -> None:
    """One entry for each session a person attended; the key keeps it to one for ever. The roll
    call is the evidence, so the hours are verified as they are posted."""
    by_enrolment = {row.pk: row for row in enrolments}
    by_session = {session.pk: session for session in sessions}
    attended = Attendance.objects.filter(session__in=by_session, enrolment__in=by_enrolment)
    marks = attended.filter(mark__in=ATTENDED).order_by("enrolment_id", "session__starts_at")
    records.post_all(
        actor=actor,
        postings=[
            _posting(offering, by_session[mark.session_id], enrolment, people[enrolment.person_id])
            for mark in marks
            for enrolment in (by_enrolment[mark.enrolment_id],)
        ],
        verified=True,
    )


def _posting(
    offering: Offering, session: Session, enrolment: Enrolment, person: Person
) -> records.Posting:
    return records.Posting(
        person=person,
        unit=enrolment.unit,
        session_on=session.on,
        category=session.category,
        quarters=session.quarters,
        title_zh=_joined(offering.title_zh, session.course.title_zh, 160),
        title_en=_joined(offering.title_en, session.course.title_en, 200),
        source="session",
        source_ref=str(offering.public_id),
        key=f"session:{session.public_id}:{person.public_id}",
        session_ref=session.public_id,
        session_quarters=session.quarters,
        training_ref=offering.public_id,
        training_kind=offering.kind,
        completes=enrolment.state == State.COMPLETED,
    )


def _joined(title: str, course: str, most: int) -> str:
    """ "Class · course", cut to what an hour entry holds; one title where they are the same."""
    text = title if title == course else " · ".join(filter(None, (title, course)))
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _tell(offering: Offering, enrolments: list[Enrolment], verdicts: dict[int, Verdict]) -> None:
    """Those who completed hear so, with the sessions they attended."""
    users = {
        user.person_id: user
        for user in User.objects.filter(person__in=[row.person_id for row in enrolments])
    }
    for row in enrolments:
        verdict = verdicts[row.pk]
        if verdict.completed and row.person_id in users:
            notices.queue(
                rule="class_completed",
                recipients=[users[row.person_id]],
                object_id=row.pk,
                facts=class_facts(offering)
                | {"attended": verdict.attended, "sessions": verdict.due},
            )
