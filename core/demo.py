"""The demonstration: a record of what it made, so that it can be taken away without a trace.

Apps register steps in `core.registries.demo_steps`; each is called with a `Demo` and may use the
ordinary services: every row saved during the run is noted. `bulk_create` sends no signal, so a step
that uses it passes the rows to `keep`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models.signals import post_save
from django.utils import timezone

from core import appendonly, audit, planner, summaries
from core.models import (
    AuditEvent,
    AuditSeal,
    DemoRow,
    Heartbeat,
    StoredFile,
    SummaryCell,
    SummaryDelta,
)
from core.registries import demo_leavers, demo_steps
from core.scope import Role

VERSION = "2"
# One password for all accounts of the demonstration; it is printed, so it protects nothing.
PASSWORD = "Chenguang-2026-demo"  # noqa: S105
# Kept or rebuilt by the house itself.
NOT_NOTED = (DemoRow, AuditEvent, AuditSeal, Heartbeat, SummaryCell, SummaryDelta)


class Demo:
    """One run: its version, its day, and what it made so far by name (for later steps)."""

    def __init__(self, today: datetime.date | None = None) -> None:
        self.version = VERSION
        self.today = today or timezone.localdate()
        self.made: dict[str, Any] = {}
        # (role, login, password) of the accounts a visitor may use.
        self.accounts: list[tuple[str, str, str]] = []

    def keep(self, rows: Iterable[models.Model]) -> None:
        """Note rows that were made in bulk."""
        DemoRow.objects.bulk_create(
            [
                DemoRow(model=row._meta.label_lower, object_pk=str(row.pk), version=self.version)
                for row in rows
            ],
            ignore_conflicts=True,
            batch_size=500,
        )

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note every row that is saved for the first time inside the block."""

        def note(
            sender: type[models.Model], instance: models.Model, created: bool, **_: Any
        ) -> None:
            if created and not issubclass(sender, NOT_NOTED):
                self.keep([instance])

        post_save.connect(note, weak=False)
        try:
            yield
        finally:
            post_save.disconnect(note)


def loaded_version() -> str:
    """The version of the demonstration that stands in the database; empty when there is none."""
    row = DemoRow.objects.order_by("pk").first()
    return row.version if row else ""


def accounts() -> list[tuple[str, str, str]]:
    """(what the account may do, user name, password) of the demonstration's accounts. Three
    queries, however many accounts there are."""
    model = get_user_model()
    keys = DemoRow.objects.filter(model=model._meta.label_lower).values_list("object_pk", flat=True)
    users = model._default_manager.filter(pk__in=[int(key) for key in keys]).order_by("pk")
    users = users.prefetch_related("grants")
    return [
        (", ".join(_roles(user)), user.get_username(), PASSWORD) for user in users if user.is_active
    ]


def _roles(user: Any) -> list[str]:
    """Names of the roles held today, from grants that were fetched beforehand."""
    today = timezone.localdate()
    held = {
        grant.role
        for grant in user.grants.all()
        if grant.from_on <= today and (grant.to_on is None or grant.to_on >= today)
    }
    return [str(Role(role).label) for role in Role.values if role in held]


def load(today: datetime.date | None = None) -> Demo:
    """Run every step in one transaction. The invented past leaves no audit rows."""
    demo = Demo(today)
    with transaction.atomic(), audit.off_the_record(), demo.noting():
        for step in demo_steps:
            step(demo)
    planner.renew()
    summaries.rebuild()
    return demo


class Removed(NamedTuple):
    """What a removal did; `hung`: removed rows that the demonstration had not made."""

    removed: int
    kept: int
    hung: int


def remove() -> Removed:
    """Take away what the demonstration made and what was hung on it since; audit rows stay.

    Rows that a real import has taken over (a place of a loaded register) are kept, and what real
    rows counted of it (the seats of a real class) is put right.
    """
    removed = kept = 0
    with transaction.atomic(), appendonly.lifted():
        stored, ordered = _files(), _children_first()
        noted = sum(model._base_manager.filter(pk__in=_keys(model)).count() for model in ordered)
        for model in ordered:
            keys = _keys(model)
            if not keys:
                continue
            rows = model._base_manager.filter(pk__in=keys)
            taken_over = getattr(model, "demo_taken_over", None)
            if taken_over is not None:
                stay = rows.filter(taken_over())
                kept += stay.count()
                rows = rows.exclude(pk__in=stay.values("pk"))
            removed += _delete_with_dependants(rows)
        removed += _delete_with_dependants(StoredFile.objects.filter(pk__in=stored))
        DemoRow.objects.all().delete()
        for settle in demo_leavers:
            settle()
        transaction.on_commit(lambda: _delete_bytes(stored.values()))
    summaries.rebuild()
    return Removed(removed, kept, removed - (noted - kept))


def _keys(model: type[models.Model]) -> list[str]:
    """Keys of the rows of a model that the demonstration made."""
    rows = DemoRow.objects.filter(model=model._meta.label_lower)
    return list(rows.values_list("object_pk", flat=True))


def _files() -> dict[int, str]:
    """Files that the demonstration made, and those of its accounts since: number and place."""
    made = {
        model: [int(key) for key in DemoRow.objects.filter(model=model).values_list(
            "object_pk", flat=True
        )]
        for model in (StoredFile._meta.label_lower, get_user_model()._meta.label_lower)
    }  # fmt: skip
    files, users = made.values()
    rows = StoredFile.objects.filter(models.Q(pk__in=files) | models.Q(owner_id__in=users))
    return dict(rows.values_list("pk", "content"))


def _delete_bytes(names: Iterable[str]) -> None:
    storage = StoredFile._meta.get_field("content").storage
    for name in names:
        storage.delete(name)


def _pointing_at(model: type[models.Model]) -> list[Any]:
    """Relations of other models to `model`, also those without a name (`related_name="+"`)."""
    return [
        field
        for field in model._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete and (field.one_to_many or field.one_to_one)
    ]


def _children_first() -> list[type[models.Model]]:
    """Models ordered so that a row's dependants come before the row itself."""
    ordered: list[type[models.Model]] = []
    seen: set[type[models.Model]] = set()

    def visit(model: type[models.Model]) -> None:
        if model in seen:
            return
        seen.add(model)
        for relation in _pointing_at(model):
            visit(relation.related_model)
        ordered.append(model)

    for model in apps.get_models():
        visit(model)
    return ordered


def _delete_with_dependants(rows: models.QuerySet[Any]) -> int:
    """Delete `rows` and everything that points at them, deepest first, without cascades by hand."""
    if not rows.exists():
        return 0
    keys = list(rows.values_list("pk", flat=True))
    model = rows.model
    count = sum(_delete_hanging(relation, keys) for relation in _pointing_at(model))
    if _self_references(model):
        return count + _delete_tree(model, keys)  # leaves first
    for chunk in _chunks(keys):
        deleted, _ = model._base_manager.filter(pk__in=chunk).delete()
        count += deleted
    return count


def _delete_hanging(relation: Any, keys: list[Any]) -> int:
    """Delete what points at `keys` by `relation`; a pointer that may become empty is emptied.

    A model names such pointers in `demo_released` (a person stays when the unit goes).
    """
    model = relation.related_model
    if model in NOT_NOTED or relation.on_delete is models.SET_NULL:
        return 0
    count = 0
    released = relation.field.name in getattr(model, "demo_released", ())
    for chunk in _chunks(keys):
        hanging = model._base_manager.filter(**{f"{relation.field.name}__in": chunk})
        if released:
            hanging.update(**{relation.field.name: None})
            continue
        if model is relation.model:
            hanging = hanging.exclude(pk__in=keys)
        count += _delete_with_dependants(hanging)
    return count


def _self_references(model: type[models.Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is model
    ]


def _delete_tree(model: type[models.Model], keys: list[Any]) -> int:
    count = 0
    names = _self_references(model)
    left = set(keys)
    while left:
        pointed_at: set[Any] = set()
        for name in names:
            pointed_at.update(
                model._base_manager.filter(pk__in=left)
                .exclude(**{name: None})
                .values_list(f"{name}_id", flat=True)
            )
        leaves = left - pointed_at or left
        for chunk in _chunks(sorted(leaves)):
            deleted, _ = model._base_manager.filter(pk__in=chunk).delete()
            count += deleted
        left -= leaves
    return count


def _chunks(keys: list[Any], size: int = 500) -> Iterator[list[Any]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
