"""Class hours: posted once for a cause, never changed, reversed by a new entry."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Person, Place
from core import audit
from records.errors import AlreadyReversed, NotReversible
from records.models import HourAccount, HourEntry


def account_for(person: Person) -> HourAccount:
    """The account that takes new entries of `person`: the first, made when there is none."""
    account = HourAccount.objects.filter(person=person).order_by("pk").first()
    if account is not None:
        return account
    with transaction.atomic():
        # Two causes at once wait here, so that a person does not get two accounts.
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        account = HourAccount.objects.filter(person=person).order_by("pk").first()
        return account or HourAccount.objects.create(person=person)


def post_hours(
    *,
    person: Person,
    unit: Place | None,
    session_on: datetime.date,
    category: str,
    quarters: int,
    title_zh: str,
    title_en: str = "",
    source: str,
    key: str,
) -> HourEntry:
    """Post `quarters` (of a class hour) for one cause. The same `key` again gives the entry that
    stands, whatever the other facts say. The year is that of the day."""
    known = HourEntry.objects.filter(key=key).first()
    if known is not None:
        return known
    if quarters <= 0:
        raise ValueError("hours are taken back by reverse_hours, not by a negative entry")
    try:
        with transaction.atomic():
            return HourEntry.objects.create(
                account=account_for(person),
                year=session_on.year,
                session_on=session_on,
                category=category,
                quarters=quarters,
                unit=unit,
                title_zh=title_zh,
                title_en=title_en,
                source=source,
                key=key,
            )
    except IntegrityError:
        # The same cause was posted in between; anything else goes on up.
        known = HourEntry.objects.filter(key=key).first()
        if known is None:
            raise
        return known


def reverse_hours(*, actor: Any, entry: HourEntry, reason: str) -> HourEntry:
    """Take an entry back by a negative one that names it, in the year of the entry.

    Raises AlreadyReversed, NotReversible for a reversal itself.
    """
    if entry.reverses_id is not None:
        raise NotReversible(_("A reversal cannot be reversed. Post the hours again."))
    try:
        with transaction.atomic():
            reversal = HourEntry.objects.create(
                account_id=entry.account_id,
                year=entry.year,
                session_on=entry.session_on,
                category=entry.category,
                quarters=-entry.quarters,
                unit_id=entry.unit_id,
                title_zh=entry.title_zh,
                title_en=entry.title_en,
                source="reversal",
                key=f"reversal:{entry.pk}",
                reverses=entry,
                posted_at=timezone.now(),
            )
            audit.record(
                actor=actor,
                action="hours.reverse",
                obj=reversal,
                unit_id=entry.unit_id,
                before={"quarters": entry.quarters},
                after={"quarters": 0},
                reason=reason,
            )
    except IntegrityError as clash:
        if HourEntry.objects.filter(reverses=entry).exists():
            raise AlreadyReversed(_("These hours have been taken back already.")) from clash
        raise
    return reversal


def year_total(person: Person, year: int) -> int:
    """Quarters of a class hour of `person` in `year`, over all accounts of the person."""
    entries = HourEntry.objects.filter(account__person=person, year=year)
    total: int | None = entries.aggregate(total=Sum("quarters"))["total"]
    return total or 0
