"""Append-only tables refuse changes on both databases, whoever asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core import appendonly
from core.models import AuditEvent, AuditSeal

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> AuditEvent:
    return AuditEvent.objects.create(
        at=timezone.now(), actor_label="x", action="a", object_type="o", object_id="1", door="web"
    )


def refused(sql: str, *params: Any) -> str:
    """The database's words when it refuses `sql`."""
    with (
        pytest.raises(DatabaseError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, params)
    return str(error.value)


def test_every_declared_trigger_is_installed_and_no_other() -> None:
    declared = {
        model._meta.db_table: appendonly.trigger_names(model, connection.vendor)
        for model in appendonly.append_only_models()
    }

    assert appendonly.installed() == declared
    assert {"core_auditevent", "core_auditseal"} <= set(declared)


def test_raw_changes_are_refused(event: AuditEvent) -> None:
    for sql in (
        "UPDATE core_auditevent SET action = 'b' WHERE id = %s",
        "DELETE FROM core_auditevent WHERE id = %s",
    ):
        assert "core_auditevent is append-only" in refused(sql, event.pk)

    assert AuditEvent.objects.get() == event


def test_changes_through_models_are_refused(event: AuditEvent) -> None:
    event.action = "b"
    for act in (event.save, event.delete, lambda: AuditEvent.objects.all().update(action="b")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()

    assert AuditEvent.objects.get().action == "a"


def test_a_seal_cannot_be_replaced() -> None:
    AuditSeal.objects.create(number=1, event_id=1, digest="d", sealed_at=timezone.now())
    values = "(number, event_id, digest, sealed_at) VALUES (1, 2, 'e', '2026-01-01')"

    if connection.vendor == "postgresql":
        told = refused(
            f"INSERT INTO core_auditseal {values} ON CONFLICT (number) DO UPDATE SET digest = 'e'"
        )
    else:
        told = refused(f"INSERT OR REPLACE INTO core_auditseal {values}")

    assert "append-only" in told


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_truncate_is_refused() -> None:
    assert "append-only" in refused("TRUNCATE core_auditevent")


def test_lifting_ends_with_its_block(event: AuditEvent) -> None:
    with appendonly.lifted():
        AuditEvent.objects.all().delete()

    assert appendonly.installed()["core_auditevent"]
    assert not AuditEvent.objects.exists()
