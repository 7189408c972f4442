"""Two records of one person become one; for thirty days they can become two again.

The record that goes stays as an empty shell with its name and public key, pointing at the other:
old addresses lead on, and undoing gives back the same row. Every written value is journaled.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.merging import duplicates, facts
from committees.merging.journal import Journal, go_back
from committees.merging.patience import patiently
from committees.merging.plan import Plan, plan_merge
from committees.merging.relations import pointers_to
from committees.merging.rules import Fold
from committees.models import Affiliation, MergeEntry, Person, PersonMerge, TwoPeople
from committees.models.merging import UNDO_DAYS
from committees.services.appointments import settle_unit
from core import audit, registries
from core.errors import DomainError
from core.scope import scope_of

STAY_ON_RECORD = (MergeEntry.Kind.REMOVED, MergeEntry.Kind.BEHIND)


class MergeRefused(DomainError):
    code = "merge_refused"


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: the merge, and what it left as somebody has made it since."""

    merge: PersonMerge
    left: list[MergeEntry]


def merge_people(
    *,
    actor: Any,
    kept: Person,
    gone: Person,
    take: Collection[str] | None = None,
    choices: Mapping[str, str] | None = None,
    reason: str = "",
) -> PersonMerge:
    """Everything that hangs on `gone` hangs on `kept` from now on.

    `take`: facts whose value comes from `gone` (None: what is proposed); `choices`: which row stays
    where a rule asks. `actor` None: an import or a command. Raises MergeRefused.
    """
    try:
        return patiently(lambda: _merge_locked(actor, kept, gone, take, choices, reason))
    except IntegrityError as exc:
        raise MergeRefused(
            _("Some rows of the two records exclude each other. Nothing was changed.")
        ) from exc


def _merge_locked(
    actor: Any,
    kept: Person,
    gone: Person,
    take: Collection[str] | None,
    choices: Mapping[str, str] | None,
    reason: str,
) -> PersonMerge:
    kept, gone = _locked(kept, gone)
    _require_in_charge(actor, kept, gone)
    _require_not_two(kept, gone)
    plan = plan_merge(actor, kept, gone, choices)
    if plan.stops:
        raise MergeRefused(plan.stops[0])
    return _merge(actor, plan, take, reason)


def _locked(one: Person, two: Person) -> tuple[Person, Person]:
    """Both rows for this transaction alone, lower number first: also against new rows that would
    point at them."""
    if one.pk == two.pk:
        raise MergeRefused(_("These are not two records, but one and the same."))
    keys = sorted((one.pk, two.pk))
    rows = Person.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    held = {row.pk: row for row in rows}
    if len(held) != 2 or any(row.merged_into_id for row in held.values()):
        raise MergeRefused(_("One of these records has been merged already."))
    return held[one.pk], held[two.pk]


def _require_in_charge(actor: Any, *people: Person) -> None:
    if actor is None:
        return
    mine = Person.objects.in_charge_of(actor).filter(pk__in=[person.pk for person in people])
    if mine.count() != len(people):
        raise MergeRefused(
            _("You can merge records of your own area only. Please ask the district department."),
            code="not_in_charge",
        )


def noted_as_two(one: Person, two: Person) -> TwoPeople | None:
    """The note that these are two people, where somebody has left one."""
    first, second = sorted((one.pk, two.pk))
    return TwoPeople.objects.filter(first=first, second=second).first()


def note_two_people(*, actor: Any, one: Person, two: Person, reason: str = "") -> TwoPeople:
    """These are two people: the pair is not shown again unless they come to share more.

    Noted twice, the later note counts. Raises MergeRefused.
    """
    with transaction.atomic():
        one, two = _locked(one, two)
        _require_in_charge(actor, one, two)
        first, second = sorted((one, two), key=lambda person: person.pk)
        grounds, _against = duplicates.judge(first, second)
        scope = scope_of(actor)
        note, _new = TwoPeople.objects.update_or_create(
            first=first,
            second=second,
            defaults={
                "grounds": grounds,
                "noted_at": timezone.now(),
                "noted_by_id": scope.user_id,
                "noted_by": (scope.label or "system")[:120],
                "reason": reason.strip()[:200],
            },
        )
        _tell_note(actor, note, "two_people", reason)
    return note


def take_note_back(*, actor: Any, one: Person, two: Person) -> None:
    """They may be one person after all. Raises MergeRefused when nobody has noted anything."""
    with transaction.atomic():
        one, two = _locked(one, two)
        _require_in_charge(actor, one, two)
        note = noted_as_two(one, two)
        if note is None:
            raise MergeRefused(_("Nobody has noted that these are two people."))
        _tell_note(actor, note, "two_people_withdraw", "")
        note.delete()


def _tell_note(actor: Any, note: TwoPeople, act: str, reason: str) -> None:
    audit.record(
        actor=actor,
        action=f"person.{act}",
        obj=note.first,
        after={"other": str(note.second.public_id)},
        reason=reason,
        unit_id=note.first.unit_id,
    )


def _require_not_two(kept: Person, gone: Person) -> None:
    note = noted_as_two(kept, gone)
    if note is not None:
        raise MergeRefused(
            _("%(name)s has noted that these are two people. Take the note back first.")
            % {"name": note.noted_by}
        )


def _merge(actor: Any, plan: Plan, take: Collection[str] | None, reason: str) -> PersonMerge:
    kept, gone, journal = plan.kept, plan.gone, Journal()
    now = timezone.now()
    merge = PersonMerge(
        kept=kept,
        gone=gone,
        done_at=now,
        done_by_id=scope_of(actor).user_id,
        done_by=(scope_of(actor).label or "system")[:120],
        reason=reason.strip()[:200],
        undo_until=now + datetime.timedelta(days=UNDO_DAYS),
    )
    with ExitStack() as following:
        for follow in registries.person_followers:
            following.enter_context(follow([kept.pk, gone.pk]))
        merge.moved = _hand_over(actor, plan, journal)
        _settle(kept, journal)
        _write_facts(kept, gone, take, journal)
        _carry_notes(kept, gone, journal)
    merge.save(force_insert=True)  # new row
    journal.write(merge)
    _tell(actor, merge, "merge", merge.reason)
    return merge


def _hand_over(actor: Any, plan: Plan, journal: Journal) -> dict[str, int]:
    """Fold what cannot stand twice, then move the rest. Returns rows moved by model."""
    behind: dict[Any, set[Any]] = {}
    for clash in plan.clashes:
        with journal.together():
            fold = clash.rule.fold(actor, clash.stays, clash.folds, journal)
            if fold is Fold.BEHIND:
                _leave_behind(plan, clash.stays, clash.folds, journal)
                behind.setdefault(type(clash.folds), set()).add(clash.folds.pk)
    moved: dict[str, int] = {}
    for pointer in pointers_to(Person):
        if pointer.stays:
            continue
        count = journal.move(pointer, plan.gone, plan.kept, behind.get(pointer.model, set()))
        if count:
            label = pointer.model._meta.label_lower
            moved[label] = moved.get(label, 0) + count
    return moved


def _leave_behind(plan: Plan, stays: Any, folds: Any, journal: Journal) -> None:
    """`folds` belongs to the former record; where it was the kept one's, the two change places."""
    for pointer in pointers_to(Person):
        if pointer.model is not type(folds) or pointer.stays:
            continue
        old, new = pointer.value(plan.gone), pointer.value(plan.kept)
        if getattr(folds, pointer.column) == new and getattr(stays, pointer.column) == old:
            journal.change(folds, **{pointer.column: None})
            journal.change(stays, **{pointer.column: new})
            journal.change(folds, **{pointer.column: old})
    journal.leave(folds)


def _settle(kept: Person, journal: Journal) -> None:
    """The unit follows from the services of both; without any, a known unit stays."""
    before = kept.unit_id
    if Affiliation.objects.filter(person=kept).exists():
        settle_unit(kept)
    if kept.unit_id != before:
        journal.note(kept, "unit_id", before, kept.unit_id)


def _write_facts(
    kept: Person, gone: Person, take: Collection[str] | None, journal: Journal
) -> None:
    chosen = facts.proposed_from(kept, gone) if take is None else set(take)
    if unknown := set(chosen) - set(facts.keys()):
        raise MergeRefused(_("This fact is not known: %(names)s") % {"names": ", ".join(unknown)})
    for key in sorted(chosen):
        with journal.together():
            journal.change(kept, **facts.taken(kept, gone, [key]))
    if kept.unit_id is None and gone.unit_id is not None and not _serves(kept):
        journal.change(kept, unit_id=gone.unit_id)
    with journal.together():
        journal.change(gone, **facts.emptied(gone), merged_into_id=kept.pk)


def _serves(person: Person) -> bool:
    return Affiliation.objects.filter(person=person).exists()


def _carry_notes(kept: Person, gone: Person, journal: Journal) -> None:
    """Who is noted as another person than the one that goes is another than the one that stays."""
    for note in TwoPeople.objects.filter(Q(first=gone) | Q(second=gone)):
        other = note.second_id if note.first_id == gone.pk else note.first_id
        first, second = sorted((kept.pk, other))
        if first == second or TwoPeople.objects.filter(first=first, second=second).exists():
            continue
        journal.create(
            TwoPeople(
                first_id=first,
                second_id=second,
                grounds=note.grounds,
                noted_at=note.noted_at,
                noted_by_id=note.noted_by_id,
                noted_by=note.noted_by,
                reason=note.reason,
            )
        )


def _tell(actor: Any, merge: PersonMerge, act: str, reason: str) -> None:
    audit.record(
        actor=actor,
        action=f"person.{act}",
        obj=merge.kept,
        before={"gone": str(merge.gone.public_id)},
        after={"merge": str(merge.public_id), "moved": merge.moved},
        reason=reason,
        on_behalf=merge.kept,
        unit_id=merge.kept.unit_id,
    )
    registries.person_merged.emit(
        actor=actor, kept=merge.kept, merged=merge.gone, undone=act == "unmerge"
    )


def undo_merge(*, actor: Any, merge: PersonMerge) -> Undone:
    """Two records again. What still equals what the merge wrote goes back; what somebody has
    changed since is left and returned. Raises MergeRefused."""
    return patiently(lambda: _undo(actor, merge.pk))


def _undo(actor: Any, pk: int) -> Undone:
    merge = PersonMerge.objects.select_for_update().get(pk=pk)
    keys = sorted((merge.kept_id, merge.gone_id))
    rows = Person.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    held = {row.pk: row for row in rows}
    merge.kept, merge.gone = held[merge.kept_id], held[merge.gone_id]
    _require_undoable(actor, merge)
    with ExitStack() as following:
        for follow in registries.person_followers:
            following.enter_context(follow(keys))
        left = go_back(merge.entries.order_by("number"))
        _settle_again(merge)
    MergeEntry.objects.filter(pk__in=[entry.pk for entry in left]).update(left=True)
    merge.undone_at, merge.undone_by = timezone.now(), (scope_of(actor).label or "system")[:120]
    merge.save(update_fields=["undone_at", "undone_by"])
    _tell(actor, merge, "unmerge", "")
    return Undone(merge, left)


def _require_undoable(actor: Any, merge: PersonMerge) -> None:
    if merge.undone_at is not None:
        raise MergeRefused(_("This merge has been undone already."))
    if timezone.now() > merge.undo_until:
        raise MergeRefused(
            _("A merge can be undone for %(days)d days; that time is over.") % {"days": UNDO_DAYS}
        )
    if merge.kept.merged_into_id is not None or merge.gone.merged_into_id != merge.kept_id:
        raise MergeRefused(
            _("The record that stayed was merged again later. Undo that merge first.")
        )
    _require_in_charge(actor, merge.kept)


def _settle_again(merge: PersonMerge) -> None:
    """Units follow from services as they stand now. Without the record itself there is no undo."""
    for row in (merge.kept, merge.gone):
        row.refresh_from_db()
        if _serves(row) and row.merged_into_id is None:
            settle_unit(row)
    if merge.gone.merged_into_id is not None:
        raise MergeRefused(_("The former record was changed since, so it cannot be brought back."))


def empty_journals(at: datetime.datetime | None = None) -> int:
    """Forget what was written by merges that can no longer be undone. Rows that were folded, and
    where rows were left, stay on record; the facts about the person do not."""
    now = at or timezone.now()
    emptied = 0
    for merge in PersonMerge.objects.expired(now).order_by("pk")[:200]:
        with transaction.atomic():
            merge.entries.exclude(kind__in=STAY_ON_RECORD).delete()
            merge.emptied_at = now
            merge.save(update_fields=["emptied_at"])
        emptied += 1
    return emptied


def forwarded(public_id: Any) -> Person | None:
    """The record that an old public key leads to, where it was merged; None otherwise."""
    row = Person.objects.filter(public_id=public_id).exclude(merged_into=None).first()
    while row is not None and row.merged_into_id is not None:
        row = Person.objects.filter(pk=row.merged_into_id).first()
    return row
