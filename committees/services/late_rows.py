"""Rows that came to a record just after it was merged: they go where the record went.

Somebody may have opened a form, or started an import, before the merge and sent it after. A worker
gathers such rows every few minutes, and an invariant check says when some are left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from committees.merging.journal import Journal
from committees.merging.relations import Pointer, pointers_to
from committees.models import MergeEntry, Person, PersonMerge


def gather() -> int:
    """Move late rows to the record that stayed, in the merge's journal; returns how many. Where
    that record was merged later, they go on from there."""
    total = 0
    while moved := _one_step():
        total += moved
    return total


def _one_step() -> int:
    moved = 0
    for pointer in _moving():
        owners = set(_late(pointer).values_list(pointer.column, flat=True)[:200])
        by_key = {pointer.field.target_field.attname + "__in": owners}
        for gone in Person.objects.filter(**by_key).exclude(merged_into=None).order_by("pk"):
            moved += _follow(pointer, gone.pk)
    return moved


def _moving() -> list[Pointer]:
    return [pointer for pointer in pointers_to(Person) if not pointer.stays]


def _late(pointer: Pointer) -> QuerySet[Any]:
    """Rows on merged records that no merge has left there on purpose."""
    rows = pointer.model._base_manager.exclude(**{f"{pointer.field.name}__merged_into": None})
    rows = rows.filter(**{f"{pointer.column}__isnull": False})
    behind = MergeEntry.objects.filter(
        kind=MergeEntry.Kind.BEHIND,
        model=pointer.model._meta.label_lower,
        merge__undone_at=None,
    )
    key = pointer.model._meta.pk.to_python
    return rows.exclude(pk__in=[key(row) for row in behind.values_list("row", flat=True)])


def _follow(pointer: Pointer, gone_id: int) -> int:
    with transaction.atomic():
        merge = PersonMerge.objects.standing().select_for_update().filter(gone=gone_id).first()
        if merge is None:
            return 0
        keys = sorted((merge.kept_id, merge.gone_id))
        held = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=keys)}
        gone, kept = held[merge.gone_id], held[merge.kept_id]
        if gone.merged_into_id != kept.pk:
            return 0
        journal, late = Journal(), _late(pointer).filter(**{pointer.column: pointer.value(gone)})
        for row in late.order_by("pk"):
            try:
                with transaction.atomic():
                    journal.change(row, **{pointer.column: pointer.value(kept)})
            except IntegrityError:  # the record that stayed has such a row
                journal.leave(row)
        last = merge.entries.aggregate(last=Max("number"))["last"]
        journal.write(merge, start=0 if last is None else last + 1)
        return sum(entry.kind == MergeEntry.Kind.CHANGED for entry in journal.entries)


def check_merged_records() -> Iterator[str]:
    """Sentences for rows that hang on merged records and belong elsewhere."""
    for pointer in _moving():
        count = _late(pointer).count()
        if count:
            yield f"{pointer.label}: {count} rows on records that were merged"
