"""Verifying hours that wait, or returning them with a reason; once, and the person hears."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.scope import scope_of
from notices import services as notices
from records.errors import AlreadyDecided, NotYoursToDecide, ReasonMissing
from records.models import HourDecision, HourEntry
from records.permissions import decidable
from records.services.accounts import lock_accounts
from records.services.locks import is_locked, locked_years
from records.services.posting import BATCH, decision_on

Kind = HourDecision.Kind
LEAST_REASON = 2


def verify(*, actor: Any, entry: HourEntry) -> HourDecision:
    """Confirm that the hours of an entry were studied. Raises NotYoursToDecide, AlreadyDecided."""
    return _decide(actor, [entry.pk], Kind.VERIFIED, "", strict=True)[0]


def verify_all(*, actor: Any, entries: Collection[int]) -> list[HourDecision]:
    """Verify those of `entries` that still wait and are the actor's to decide; returns the
    decisions made. Pressed again it makes none."""
    return _decide(actor, entries, Kind.VERIFIED, "", strict=False)


def reject(*, actor: Any, entry: HourEntry, reason: str) -> HourDecision:
    """Return hours with a reason, which their owner reads. Raises ReasonMissing, NotYoursToDecide,
    AlreadyDecided."""
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise ReasonMissing(_("Say why, so that the evidence can be completed."), field="reason")
    return _decide(actor, [entry.pk], Kind.REJECTED, reason, strict=True)[0]


def _decide(
    actor: Any, keys: Collection[int], kind: str, reason: str, *, strict: bool
) -> list[HourDecision]:
    with transaction.atomic():
        named = HourEntry.objects.filter(pk__in=keys)
        lock_accounts(named.values_list("account_id", flat=True).distinct().order_by())
        mine = named.filter(decidable(scope_of(actor)))
        waiting = list(mine.pending().select_related("unit", "account__person").order_by("pk"))
        if strict and not waiting:
            if not mine.exists():
                raise NotYoursToDecide(_("Somebody else decides on these hours."))
            raise AlreadyDecided(_("These hours have been decided or taken back meanwhile."))
        locks = locked_years((e.unit for e in waiting), {e.year for e in waiting})
        decisions = HourDecision.objects.bulk_create(
            [
                decision_on(entry, actor, is_locked(locks, entry.unit, entry.year), kind, reason)
                for entry in waiting
            ],
            batch_size=BATCH,
        )
        audit.record_all(
            actor=actor,
            acts=[_act(entry, kind, reason) for entry in waiting],
        )
        _tell(waiting, kind, reason)
    return decisions


def _act(entry: HourEntry, kind: str, reason: str) -> audit.Act:
    return audit.Act(
        action="hours.verify" if kind == Kind.VERIFIED else "hours.return",
        obj=entry,
        after={"decision": kind, "quarters": entry.quarters},
        reason=reason,
        on_behalf=entry.account.person,
        unit_id=entry.unit_id,
    )


def _tell(entries: Iterable[HourEntry], kind: str, reason: str) -> None:
    """One notice a person and decision, however many lines; returned hours one by one."""
    by_person: dict[int, list[HourEntry]] = {}
    for entry in entries:
        by_person.setdefault(entry.account.person_id, []).append(entry)
    for user in User.objects.filter(person__in=by_person).order_by("pk"):
        own = by_person[user.person_id or 0]
        last = own[-1]
        notices.queue(
            rule="hours_verified" if kind == Kind.VERIFIED else "hours_returned",
            recipients=[user],
            object_id=last.pk,
            facts={
                "title_zh": last.title_zh,
                "title_en": last.title_en,
                "day": last.session_on,
                "entries": len(own),
                "quarters": sum(entry.quarters for entry in own),
                "year": last.year,
                "reason": reason,
            },
        )
