"""What points at a row, found in the registry of models: nobody has to name a table here.

A new model with a foreign key to a person is part of every merge from its first migration on;
many-to-many links are, too, by their own tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from core.appendonly import declared


@dataclass(frozen=True, slots=True)
class Pointer:
    """One foreign key (or one-to-one) of `model`."""

    model: type[models.Model]
    field: models.ForeignKey[Any, Any]

    @property
    def label(self) -> str:
        """ "courses.enrolment.person" """
        return f"{self.model._meta.label_lower}.{self.field.name}"

    @property
    def column(self) -> str:
        return self.field.attname

    @property
    def stays(self) -> bool:
        """Rows that a merge leaves where they are: append-only ones, and what a model names in
        `stays_in_merge`."""
        named = getattr(self.model, "stays_in_merge", ())
        return bool(declared(self.model)) or self.field.name in named

    def value(self, row: models.Model) -> Any:
        """What the column holds when it points at `row`."""
        return getattr(row, self.field.target_field.attname)

    def rows(self, row: models.Model) -> models.QuerySet[Any]:
        """Rows that point at `row`; all of them, whatever the model's managers hide."""
        return self.model._base_manager.filter(**{self.column: self.value(row)})


def pointers_to(model: type[models.Model]) -> list[Pointer]:
    """Every foreign key to `model`, also hidden ones (`related_name="+"`) and those of tables of
    many-to-many links, in a steady order."""
    return sorted(_pointers(model), key=lambda pointer: pointer.label)


def _pointers(model: type[models.Model]) -> Iterator[Pointer]:
    target = model._meta.concrete_model
    for other in apps.get_models(include_auto_created=True):
        if other._meta.proxy or not other._meta.managed:
            continue
        for field in other._meta.local_fields:
            if isinstance(field, models.ForeignKey):
                pointed_at: type[models.Model] = field.remote_field.model
                if pointed_at._meta.concrete_model is target:
                    yield Pointer(other, field)


def count_rows(pointers: Sequence[Pointer], *rows: models.Model) -> dict[Pointer, tuple[int, ...]]:
    """How many rows point at each of `rows`, by pointer, in one query."""
    quote = connection.ops.quote_name
    lines: list[str] = []
    params: list[Any] = []
    for index, pointer in enumerate(pointers):
        table, column = quote(pointer.model._meta.db_table), quote(pointer.field.column)
        one = f"(SELECT COUNT(*) FROM {table} WHERE {column} = %s)"  # noqa: S608 -- own names
        lines.append(f"SELECT {index}, {', '.join([one] * len(rows))}")
        field = pointer.field.target_field
        params += [field.get_db_prep_value(pointer.value(row), connection) for row in rows]
    if not lines:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(lines), params)
        found = {index: tuple(counts) for index, *counts in cursor.fetchall()}
    return {pointer: found[index] for index, pointer in enumerate(pointers)}
