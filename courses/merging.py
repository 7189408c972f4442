"""What becomes of classes when two records are one person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.merging.journal import Journal
from committees.merging.rules import Fold, Remark, Rule
from committees.models import Person
from core import registries
from courses import figures
from courses.models import ATTENDED, Attendance, Enrolment
from courses.services import seats
from records.models import HourEntry

State = Enrolment.State
# Of two enrolments in one class the later word of this list stays.
BETTER = (
    State.NOMINATED,
    State.APPLIED,
    State.WAITLISTED,
    State.CONFIRMED,
    State.NOT_COMPLETED,
    State.ATTENDING,
    State.COMPLETED,
)
RUNNING = (State.CONFIRMED, State.ATTENDING)


class OneSeat(Rule):
    """A person holds one seat in a class. The better enrolment stays; the other becomes “replaced”
    and gives its seat back. Marks that only the other has go over while the class runs."""

    def rank(self, row: Enrolment, *, of_kept: bool) -> Any:
        return BETTER.index(State(row.state)), of_kept

    def says(self, stays: Enrolment, folds: Enrolment) -> str:
        if folds.is_seated:
            text = _(
                "Both are in “%(name)s”. The enrolment “%(stays)s” stays; the other (“%(folds)s”) "
                "becomes “replaced” and gives its seat back."
            )
        else:
            text = _(
                "Both are in “%(name)s”. The enrolment “%(stays)s” stays; the other (“%(folds)s”) "
                "becomes “replaced”."
            )
        return text % {
            "name": stays.offering.title,
            "stays": stays.get_state_display(),
            "folds": folds.get_state_display(),
        }

    def fold(self, actor: Any, stays: Enrolment, folds: Enrolment, journal: Journal) -> Fold:
        if stays.state in RUNNING:
            _join_marks(stays, folds, journal)
        if folds.is_seated and folds.pool is not None:
            for pool in sorted(seats.chain(folds.pool)):
                journal.count(type(folds.pool)(pk=pool), "taken", -1)
        journal.change(folds, state=State.REPLACED)
        return Fold.ALONG


def _join_marks(stays: Enrolment, folds: Enrolment, journal: Journal) -> None:
    """Whoever was there under either name was there."""
    own = {mark.session_id: mark for mark in Attendance.objects.filter(enrolment=stays)}
    for mark in Attendance.objects.filter(enrolment=folds).order_by("pk"):
        known = own.get(mark.session_id)
        if known is None:
            journal.change(mark, enrolment_id=stays.pk)
        elif mark.mark in ATTENDED and known.mark not in ATTENDED:
            journal.change(known, mark=mark.mark)


def hours_twice(actor: Any, kept: Person, gone: Person) -> Iterator[Remark]:
    """Hours of one session that were posted to both. Entries are never changed, so the merge leaves
    them; whoever keeps the ledger takes one back."""
    posted = HourEntry.objects.filter(session_ref__isnull=False, reversal=None, quarters__gt=0)
    sessions = [
        set(posted.filter(account__person=person).values_list("session_ref", flat=True))
        for person in (kept, gone)
    ]
    count = len(sessions[0] & sessions[1])
    if count:
        yield Remark(
            ngettext(
                "The hours of %(count)d session stand on both records and would count twice. Take "
                "one of the two entries back.",
                "The hours of %(count)d sessions stand on both records and would count twice. Take "
                "one of the two entries back each time.",
                count,
            )
            % {"count": count}
        )


def register() -> None:
    """Called once by CoursesConfig.ready."""
    registries.merge_rules.add("courses.enrolment", OneSeat())
    registries.merge_remarks.add("hours twice", hours_twice)
    registries.person_followers.add("figures of classes", figures.following)
