"""Posting hours: once for a cause, never changed, taken back by a new entry."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Person, Place
from core import audit
from core.scope import scope_of
from records.errors import AlreadyReversed, MoreThanTheSession, NotReversible
from records.models import HourAccount, HourDecision, HourEntry
from records.services.accounts import accounts_for, lock_accounts
from records.services.locks import is_locked, locked_years

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One cause of hours. `key` makes it unique: `source` and what it refers to, for one person.

    `quarters` of a class hour, the year is that of the day. `session_ref` with `session_quarters`
    says which gathering was attended, `training_ref` which training it belongs to, and `completes`
    that the person completed that training.
    """

    person: Person
    unit: Place | None
    session_on: datetime.date
    category: str
    quarters: int
    title_zh: str
    source: str
    key: str
    title_en: str = ""
    source_ref: str = ""
    evidence: str = ""
    from_paper: bool = False
    measure: str = ""
    amount: int | None = None
    session_ref: uuid.UUID | None = None
    session_quarters: int | None = None
    training_ref: uuid.UUID | None = None
    training_kind: str = ""
    completes: bool = False


COPIED = tuple(name for name in Posting.__dataclass_fields__ if name != "person")


def post_hours(*, actor: Any, posting: Posting, verified: bool) -> HourEntry:
    """`post_all` for one cause."""
    return post_all(actor=actor, postings=[posting], verified=verified)[0]


def post_all(*, actor: Any, postings: Sequence[Posting], verified: bool) -> list[HourEntry]:
    """Post every cause that is not posted yet; returns the entry of each, in the order given. The
    same `key` again gives the entry that stands, whatever its other facts say.

    `verified`: whoever posts has seen the evidence (a roll call); else the entry waits for the
    organiser. Raises MoreThanTheSession; then nothing is posted.
    """
    if any(posting.quarters <= 0 for posting in postings):
        raise ValueError("hours are taken back by reverse_hours, not by a negative entry")
    try:
        return _post(actor, postings, verified)
    except IntegrityError:
        # The same cause was posted in between; anything else fails again.
        return _post(actor, postings, verified)


def _post(actor: Any, postings: Sequence[Posting], verified: bool) -> list[HourEntry]:
    with transaction.atomic():
        accounts = accounts_for(
            {posting.person.pk: posting.person for posting in postings}.values()
        )
        lock_accounts(accounts.values())
        known = _standing(postings)
        new = {posting.key: posting for posting in postings if posting.key not in known}
        if new:
            _within_sessions(list(new.values()), accounts)
            entries = _create(actor, list(new.values()), accounts, verified)
            known |= {entry.key: entry for entry in entries}
            audit.record(
                actor=actor,
                action="hours.post",
                obj=entries[0],
                unit_id=entries[0].unit_id,
                after={
                    "entries": len(entries),
                    "quarters": sum(entry.quarters for entry in entries),
                    "source": entries[0].source,
                    "verified": verified,
                },
            )
    return [known[posting.key] for posting in postings]


def _standing(postings: Sequence[Posting]) -> dict[str, HourEntry]:
    keys = [posting.key for posting in postings]
    return {
        entry.key: entry
        for start in range(0, len(keys), BATCH)
        for entry in HourEntry.objects.filter(key__in=keys[start : start + BATCH])
    }


def _within_sessions(new: Sequence[Posting], accounts: Mapping[int, HourAccount]) -> None:
    """A sentence before the database's own refusal. Counts all accounts of a merged person."""
    sessions = {posting.session_ref for posting in new if posting.session_ref}
    if not sessions:
        return
    people = {posting.person.pk for posting in new if posting.session_ref}
    rows = (
        HourEntry.objects.filter(account__person__in=people, session_ref__in=sessions)
        .exclude(decision__kind=HourDecision.Kind.REJECTED)
        .values_list("account__person", "session_ref")
        .annotate(total=Sum("quarters"))
        .order_by()
    )
    sums = {(person, session): total for person, session, total in rows}
    for posting in new:
        if posting.session_ref is None:
            continue
        at = (posting.person.pk, posting.session_ref)
        sums[at] = sums.get(at, 0) + posting.quarters
        if sums[at] > (posting.session_quarters or 0):
            raise MoreThanTheSession(
                _("%(person)s would get more hours from “%(session)s” than it has.")
                % {"person": posting.person, "session": posting.title_zh}
            )


def _create(
    actor: Any, new: Sequence[Posting], accounts: Mapping[int, HourAccount], verified: bool
) -> list[HourEntry]:
    scope, now = scope_of(actor), timezone.now()
    years = {posting.session_on.year for posting in new}
    locks = locked_years((posting.unit for posting in new), years)
    entries = HourEntry.objects.bulk_create(
        [
            HourEntry(
                account=accounts[posting.person.pk],
                year=posting.session_on.year,
                needs_decision=not verified,
                after_lock=is_locked(locks, posting.unit, posting.session_on.year),
                posted_at=now,
                actor_id=scope.user_id,
                actor_label=scope.label[:120],
                **{name: getattr(posting, name) for name in COPIED},
            )
            for posting in new
        ],
        batch_size=BATCH,
    )
    if verified:
        HourDecision.objects.bulk_create(
            [decision_on(entry, actor, entry.after_lock) for entry in entries], batch_size=BATCH
        )
    return entries


def decision_on(
    entry: HourEntry,
    actor: Any,
    after_lock: bool,
    kind: str = HourDecision.Kind.VERIFIED,
    reason: str = "",
) -> HourDecision:
    """The row of a decision, not written yet."""
    scope = scope_of(actor)
    return HourDecision(
        entry=entry,
        kind=kind,
        account_id=entry.account_id,
        year=entry.year,
        category=entry.category,
        quarters=entry.quarters,
        reason=reason[:200],
        after_lock=after_lock,
        actor_id=scope.user_id,
        actor_label=scope.label[:120],
    )


# --- Taking back ----------------------------------------------------------------------------------
MIRRORED = (
    "account_id",
    "year",
    "session_on",
    "category",
    "unit_id",
    "title_zh",
    "title_en",
    "session_ref",
    "session_quarters",
    "training_ref",
    "training_kind",
    "from_paper",
)


def reverse_hours(*, actor: Any, entry: HourEntry, reason: str) -> HourEntry:
    """Take an entry back by a negative one that names it, in the year of the entry.

    Raises AlreadyReversed, and NotReversible for a reversal itself and for a returned entry.
    """
    with transaction.atomic():
        lock_accounts([entry.account_id])
        entry = _with_rows().get(pk=entry.pk)
        if entry.reverses_id is not None:
            raise NotReversible(_("A reversal cannot be reversed. Post the hours again."))
        if hasattr(entry, "reversal"):
            raise AlreadyReversed(_("These hours have been taken back already."))
        decision = getattr(entry, "decision", None)
        if decision is not None and decision.kind == HourDecision.Kind.REJECTED:
            raise NotReversible(_("These hours were returned and do not count already."))
        return _reverse(actor, entry, decision, reason)


def reverse_all(*, actor: Any, keys: Iterable[str], reason: str) -> list[HourEntry]:
    """Take back whatever stands of the causes `keys`; returns the reversals made now. Asked again
    it makes none, and causes never posted, returned or taken back before are passed over."""
    with transaction.atomic():
        named = _with_rows().filter(key__in=set(keys), reverses=None)
        lock_accounts(named.values_list("account_id", flat=True))
        standing = named.filter(reversal=None).exclude(decision__kind=HourDecision.Kind.REJECTED)
        return [
            _reverse(actor, entry, getattr(entry, "decision", None), reason)
            for entry in standing.order_by("pk")
        ]


def _with_rows() -> Any:
    return HourEntry.objects.select_related("decision", "reversal", "unit")


def _reverse(actor: Any, entry: HourEntry, decision: HourDecision | None, reason: str) -> HourEntry:
    scope = scope_of(actor)
    locks = locked_years([entry.unit], [entry.year])
    reversal = HourEntry.objects.create(
        quarters=-entry.quarters,
        source="reversal",
        key=f"reversal:{entry.pk}",
        reverses=entry,
        reason=reason[:200],
        after_lock=is_locked(locks, entry.unit, entry.year),
        actor_id=scope.user_id,
        actor_label=scope.label[:120],
        **{name: getattr(entry, name) for name in MIRRORED},
    )
    if decision is not None:
        decision_on(reversal, actor, reversal.after_lock).save(force_insert=True)  # new row
    audit.record(
        actor=actor,
        action="hours.reverse",
        obj=reversal,
        unit_id=entry.unit_id,
        before={"quarters": entry.quarters},
        after={"quarters": 0},
        reason=reason,
    )
    return reversal


# --- Sums -----------------------------------------------------------------------------------------
def year_total(person: Person, year: int) -> int:
    """Verified quarters of `person` in `year` over all accounts, as posted: before caps."""
    decisions = HourDecision.objects.filter(
        Q(account__person=person), year=year, kind=HourDecision.Kind.VERIFIED
    )
    total: int | None = decisions.aggregate(total=Sum("quarters"))["total"]
    return total or 0
