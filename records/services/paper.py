"""Classes from paper: kept once, never changed, taken back by a row of its own; and since when the
data of a place are complete."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Place
from core import audit
from core.scope import Role, scope_of
from records.errors import NotYoursToSay, WrongDay
from records.models import CompleteSince, PaperClass, PaperClassWithdrawal

EARLIEST = datetime.date(1990, 1, 1)
SAYERS = (Role.DISTRICT, Role.ORGANISER)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClass:
    """A class as a ledger reports it; the names are those of PaperClass."""

    unit_id: int
    begins_on: datetime.date
    ends_on: datetime.date
    title: str
    host: str
    venue: str
    lecturers: str
    category: str
    quarters: int
    people: int | None
    evidence: str
    source_ref: str
    key: str


def keep_classes(*, actor: Any, classes: Sequence[NewClass]) -> list[tuple[PaperClass, bool]]:
    """Keep each class; with it whether it is new. The same key again gives the one that stands."""
    scope = scope_of(actor)
    who = {"actor_id": scope.user_id, "actor_label": scope.label[:120]}
    with transaction.atomic():
        kept = [
            PaperClass.objects.get_or_create(
                key=one.key, defaults={**asdict(one), **who, "year": one.begins_on.year}
            )
            for one in classes
        ]
        new = [row for row, is_new in kept if is_new]
        if new:
            audit.record(
                actor=actor,
                action="paper_class.add",
                obj=new[0],
                unit_id=new[0].unit_id,
                after={"entries": len(new), "quarters": sum(row.quarters for row in new)},
            )
    return kept


def withdraw_class(*, actor: Any, paper_class: PaperClass, reason: str) -> PaperClassWithdrawal:
    """Take a class back; asked again it stays as it is."""
    scope = scope_of(actor)
    with transaction.atomic():
        row, new = PaperClassWithdrawal.objects.get_or_create(
            paper_class=paper_class,
            defaults={
                "reason": reason[:200],
                "actor_id": scope.user_id,
                "actor_label": scope.label[:120],
            },
        )
        if new:
            audit.record(
                actor=actor,
                action="paper_class.withdraw",
                obj=paper_class,
                unit_id=paper_class.unit_id,
                reason=row.reason,
            )
    return row


# --- Data complete since --------------------------------------------------------------------------
def can_say_complete(viewer: Any, place: Place) -> bool:
    """Who loads the registers of a place: its organiser, and the district."""
    return place.level >= Place.Level.DISTRICT and scope_of(viewer).covers(place.path, *SAYERS)


def say_complete_since(
    *, actor: Any, place: Place, since: datetime.date, note: str = ""
) -> CompleteSince:
    """From `since` on every hour of the place is in the portal.

    Raises NotYoursToSay, WrongDay for a day to come or before anybody kept registers.
    """
    if actor is not None and not can_say_complete(actor, place):
        raise NotYoursToSay(_("This is said by the organiser of the place, or the district."))
    if not EARLIEST <= since <= timezone.localdate():
        raise WrongDay(_("Give a day from 1990 on and not in the future."), field="since")
    scope = scope_of(actor)
    with transaction.atomic():
        row = CompleteSince.objects.create(
            place=place,
            since=since,
            note=note.strip()[:200],
            actor_id=scope.user_id,
            actor_label=scope.label[:120],
        )
        audit.record(
            actor=actor,
            action="complete_since.add",
            obj=row,
            unit_id=place.pk,
            after={"since": since},
            reason=row.note,
        )
    return row
