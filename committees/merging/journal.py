"""The journal of a merge: every written value with what it was, and the way back.

Going back touches only what still equals what the merge wrote; anything changed since is left as
it is and listed (decision 27).
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from committees.merging.relations import Pointer, count_rows, pointers_to
from committees.models import MergeEntry, PersonMerge
from core.appendonly import declared

Kind = MergeEntry.Kind
CHUNK = 500


def plain(value: Any) -> Any:
    """A column's value as JSON holds it, without losing a microsecond."""
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    return value


def _field(model: type[models.Model], column: str) -> models.Field[Any, Any]:
    return next(field for field in model._meta.concrete_fields if field.attname == column)


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    """The way back from `plain`."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return target.to_python(value)


class Journal:
    """Writes rows on behalf of a merge and notes each written value."""

    def __init__(self) -> None:
        self.entries: list[MergeEntry] = []
        self._group = self._groups = 0

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside goes back together or not at all."""
        if self._group:  # inside another group
            yield
            return
        self._groups += 1
        self._group = self._groups
        try:
            yield
        finally:
            self._group = 0

    def note(self, row: models.Model, column: str, before: Any, after: Any) -> None:
        """Note a value that somebody else has written for the merge."""
        self._add(Kind.CHANGED, row._meta.label_lower, row.pk, column, before, after)

    def change(self, row: models.Model, **values: Any) -> None:
        """Set columns (by attname) of one row; what is the same already is not written."""
        new = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not new:
            return
        self._refuse_append_only(type(row))
        type(row)._base_manager.filter(pk=row.pk).update(**new)
        for name, value in new.items():
            self.note(row, name, getattr(row, name), value)
            setattr(row, name, value)

    def count(self, row: models.Model, column: str, amount: int) -> None:
        """Add to a counter that others move as well; the way back takes the same away."""
        type(row)._base_manager.filter(pk=row.pk).update(**{column: F(column) + amount})
        self._add(Kind.COUNTED, row._meta.label_lower, row.pk, column, None, amount)

    def create(self, row: models.Model) -> None:
        """Save a new row; the way back takes it away."""
        row.save(force_insert=True)  # new row
        self._add(Kind.CREATED, row._meta.label_lower, row.pk, "", None, _columns(row))

    def remove(self, row: models.Model) -> None:
        """Take a row out; the journal holds all of it. Refused while anything points at it."""
        self._refuse_append_only(type(row))
        if any(count for (count,) in count_rows(pointers_to(type(row)), row).values()):
            raise ValueError(f"{row._meta.label} {row.pk} cannot be folded: rows point at it")
        self._add(Kind.REMOVED, row._meta.label_lower, row.pk, "", _columns(row), None)
        # Not by the collector: it would take along what a cascade hangs on the row.
        type(row)._base_manager.filter(pk=row.pk)._raw_delete(connection.alias)

    def leave(self, row: models.Model) -> None:
        """Note a row that stays with the former record on purpose."""
        self._add(Kind.BEHIND, row._meta.label_lower, row.pk, "", None, None)

    def move(self, pointer: Pointer, old: models.Model, new: models.Model, stay: set[Any]) -> int:
        """Point every row at `new` that points at `old`, but for those in `stay`."""
        before, after = pointer.value(old), pointer.value(new)
        rows = pointer.rows(old)
        keys = sorted(set(rows.values_list("pk", flat=True)) - stay)
        for chunk in _chunks(keys):
            model_rows = pointer.model._base_manager.filter(pk__in=chunk)
            model_rows.filter(**{pointer.column: before}).update(**{pointer.column: after})
        label = pointer.model._meta.label_lower
        for key in keys:
            self._add(Kind.CHANGED, label, key, pointer.column, before, after)
        return len(keys)

    def write(self, merge: PersonMerge, start: int = 0) -> None:
        """Store the entries with their merge."""
        for number, entry in enumerate(self.entries, start=start):
            entry.merge, entry.number = merge, number
        MergeEntry.objects.bulk_create(self.entries, batch_size=CHUNK)

    def _add(self, kind: str, model: str, key: Any, column: str, before: Any, after: Any) -> None:
        self.entries.append(
            MergeEntry(
                kind=kind,
                group=self._group,
                model=model,
                row=str(plain(key)),
                field=column,
                before=plain(before),
                after=plain(after),
            )
        )

    @staticmethod
    def _refuse_append_only(model: type[models.Model]) -> None:
        if declared(model):
            raise TypeError(f"{model._meta.label} is append-only")


def _columns(row: models.Model) -> dict[str, Any]:
    return {
        field.attname: plain(getattr(row, field.attname)) for field in row._meta.concrete_fields
    }


def _chunks(keys: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def go_back(entries: Iterable[MergeEntry]) -> list[MergeEntry]:
    """Take back what still equals what the merge wrote, the last first. Returns what is left as it
    is, because it was changed, removed or taken since."""
    left: list[MergeEntry] = []
    backwards = sorted(entries, key=lambda entry: -entry.number)
    for (group, *same), run in groupby(backwards, key=_alike):
        batch = list(run)
        if group or not same[0]:
            left += batch if not _group_back(batch) else []
        else:
            left += _moves_back(batch)
    return left


def _alike(entry: MergeEntry) -> tuple[Any, ...]:
    """Neighbours that can be taken back by one statement: a column, from and to the same value."""
    if entry.group or entry.kind != Kind.CHANGED:
        return entry.group, "", entry.number if not entry.group else 0
    return 0, entry.model, entry.field, str(entry.before), str(entry.after)


def _moves_back(batch: list[MergeEntry]) -> list[MergeEntry]:
    """Rows of one column. One statement; row by row only where the database refuses."""
    if len(batch) == 1:
        return [] if _group_back(batch) else batch
    model = apps.get_model(batch[0].model)
    field = _field(model, batch[0].field)
    before, after = _value(field, batch[0].before), _value(field, batch[0].after)
    key = model._meta.pk.to_python
    rows = model._base_manager.filter(pk__in=[key(entry.row) for entry in batch])
    same = rows.filter(**{field.attname: after})
    held = {str(plain(pk)) for pk in same.values_list("pk", flat=True)}
    try:
        with transaction.atomic():
            for chunk in _chunks([key(pk) for pk in sorted(held)]):
                model._base_manager.filter(pk__in=chunk).update(**{field.attname: before})
    except IntegrityError:
        return [entry for entry in batch if not _group_back([entry])]
    return [entry for entry in batch if entry.row not in held]


def _group_back(batch: list[MergeEntry]) -> bool:
    """All entries of a group, or none."""
    try:
        with transaction.atomic():
            if all(_one_back(entry) for entry in batch):
                return True
            transaction.set_rollback(True)
    except IntegrityError:
        pass
    return False


def _one_back(entry: MergeEntry) -> bool:
    if entry.kind == Kind.BEHIND:
        return True
    model = apps.get_model(entry.model)
    rows = model._base_manager.filter(pk=model._meta.pk.to_python(entry.row))
    if entry.kind == Kind.REMOVED:
        return _put_back(model, entry.before or {})
    if entry.kind == Kind.CREATED:
        return _take_out(rows, entry.after or {})
    field = _field(model, entry.field)
    if entry.kind == Kind.COUNTED:
        return bool(rows.update(**{field.attname: F(field.attname) - entry.after}))
    held = rows.values_list(field.attname, flat=True).first()
    if plain(held) != entry.after or not rows.exists():
        return False
    return bool(rows.update(**{field.attname: _value(field, entry.before)}))


def _put_back(model: type[models.Model], columns: dict[str, Any]) -> bool:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    row = model(**{name: _value(fields[name], value) for name, value in columns.items()})
    if model._base_manager.filter(pk=row.pk).exists() or not _parents_stand(row):
        return False
    # Raw: a row comes back as it was, with the key it had.
    row.save_base(raw=True, force_insert=True)
    return True


def _parents_stand(row: models.Model) -> bool:
    """Foreign keys are checked at the end of a transaction, when it is too late to leave a row."""
    return all(
        field.related_model._base_manager.filter(
            **{field.target_field.attname: getattr(row, field.attname)}
        ).exists()
        for field in row._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and getattr(row, field.attname) is not None
    )


def _take_out(rows: models.QuerySet[Any], columns: dict[str, Any]) -> bool:
    row = rows.first()
    if row is None or _columns(row) != columns:
        return False
    rows.delete()
    return True
