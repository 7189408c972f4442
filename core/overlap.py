"""No two dated rows of the same thing on one day: an exclusion constraint on PostgreSQL.

SQLite has none: there `overlap_guards` declares the same rule as triggers (core.guards).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Func, Model, Q, Value
from django.db.models.functions import Coalesce

from core.guards import Guard


class DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class NoOverlap(ExclusionConstraint):
    """Rows with equal `keys` share no day between `start` and `end` (both in it; no end: open).

    A key that is NULL equals NULL here (written as 0): "everywhere" is one place, not many.
    """

    def __init__(
        self,
        *,
        name: str,
        keys: Sequence[str],
        nullable: Sequence[str] = (),
        start: str = "from_on",
        end: str = "to_on",
    ) -> None:
        self.keys, self.nullable, self.start, self.end = tuple(keys), tuple(nullable), start, end
        days = DateRange(
            F(start), F(end), RangeBoundary(inclusive_lower=True, inclusive_upper=True)
        )
        super().__init__(
            name=name,
            expressions=[
                *((F(key), RangeOperators.EQUAL) for key in self.keys),
                *((Coalesce(F(key), Value(0)), RangeOperators.EQUAL) for key in self.nullable),
                (days, RangeOperators.OVERLAPS),
            ],
        )

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        facts = {"keys": self.keys, "nullable": self.nullable, "start": self.start, "end": self.end}
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, (), {"name": self.name, **facts}

    # DDL only where the database has EXCLUDE.
    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        return super().constraint_sql(model, schema_editor) if _excludes(schema_editor) else None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        return super().create_sql(model, schema_editor) if _excludes(schema_editor) else None

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return super().remove_sql(model, schema_editor) if _excludes(schema_editor) else None

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        names = (*self.keys, *self.nullable)
        columns = {field.name: field.attname for field in model._meta.concrete_fields}
        same = {name: getattr(instance, columns[name]) for name in names}
        begin, end = getattr(instance, self.start), getattr(instance, self.end)
        rows = model._default_manager.using(using).filter(**same)
        if end is not None:
            rows = rows.filter(**{f"{self.start}__lte": end})
        rows = rows.filter(Q(**{self.end: None}) | Q(**{f"{self.end}__gte": begin}))
        if rows.exclude(pk=instance.pk).exists():
            raise ValidationError(self.get_violation_error_message(), code="overlap")


def _excludes(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")


def overlap_guards(
    table: str, keys: Sequence[str], start: str = "from_on", end: str = "to_on"
) -> tuple[Guard, Guard]:
    """The rule of `NoOverlap` for SQLite; `keys` are columns, NULL equal to NULL."""
    same = " AND ".join(f"other.{key} IS NEW.{key}" for key in keys)
    shared = (
        f"other.{start} <= COALESCE(NEW.{end}, '9999-12-31') "
        f"AND COALESCE(other.{end}, '9999-12-31') >= NEW.{start}"
    )
    rows = f'SELECT 1 FROM "{table}" other WHERE {same} AND {shared}'  # noqa: S608 -- our own names
    message = f"{table}: two rows on one day"
    return (
        Guard("overlap_insert", "INSERT", f"EXISTS ({rows})", message, only="sqlite"),
        Guard(
            "overlap_update", "UPDATE", f"EXISTS ({rows} AND other.id <> NEW.id)", message, "sqlite"
        ),
    )
