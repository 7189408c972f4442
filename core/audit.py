"""The audit trail: one row per act, written in the transaction of the act.

Rows are chained later by one sealer (`seal`, every 10 seconds and on demand), so no business
transaction waits for a global lock. `verify` finds an edited, removed or re-ordered row.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from core.models import AuditEvent, AuditSeal
from core.scope import scope_of

SEAL_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from: a door (web, api, command, worker), an address, a request."""

    door: str = "command"
    address: str | None = None
    request_id: str = ""
    silent: bool = False


_origin: ContextVar[Origin] = ContextVar("audit_origin", default=Origin())


@contextmanager
def origin(*, door: str, address: str | None = None) -> Iterator[str]:
    """Name the door for the acts inside the block; returns the request's id."""
    request_id = str(uuid.uuid4())
    token = _origin.set(Origin(door, address, request_id))
    try:
        yield request_id
    finally:
        _origin.reset(token)


@contextmanager
def off_the_record() -> Iterator[None]:
    """No rows inside the block. Only the demonstration's invented past uses this (a test checks)."""
    token = _origin.set(replace(_origin.get(), silent=True))
    try:
        yield
    finally:
        _origin.reset(token)


def record(
    *,
    actor: Any,
    action: str,
    obj: models.Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    on_behalf: models.Model | None = None,
    unit_id: int | None = None,
) -> None:
    """Write one audit row. `actor` is a user, or None for the system itself.

    `before` and `after` hold changed values only; personal numbers never go in.
    """
    where = _origin.get()
    if where.silent:
        return
    scope = scope_of(actor)
    public = getattr(obj, "public_id", None)
    AuditEvent.objects.create(
        at=timezone.now(),
        actor_id=scope.user_id,
        actor_label=(scope.label or "system")[:120],
        on_behalf_id=on_behalf.pk if on_behalf else None,
        on_behalf_label=str(on_behalf)[:120] if on_behalf else "",
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(public or obj.pk),
        object_label=str(obj)[:200],
        unit_id=unit_id,
        before=_plain(before),
        after=_plain(after),
        reason=reason[:300],
        door=where.door,
        address=where.address,
        request_id=where.request_id,
    )


def _plain(values: dict[str, Any] | None) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(values or {}, cls=DjangoJSONEncoder, default=str))
    return data


def _digest(event: AuditEvent, number: int, previous: str) -> str:
    facts = {field.attname: getattr(event, field.attname) for field in event._meta.concrete_fields}
    facts["at"] = f"{event.at.timestamp():.6f}"  # one notation on both databases
    text = json.dumps(facts, sort_keys=True, default=str, ensure_ascii=False)
    key = settings.AUDIT_KEY.encode()
    return hmac.new(key, f"{number}|{previous}|{text}".encode(), hashlib.sha256).hexdigest()


def seal(limit: int = SEAL_BATCH) -> int:
    """Chain up to `limit` committed rows; returns how many. One sealer at a time by database lock."""
    with transaction.atomic():
        if not _only_sealer():
            return 0
        last = AuditSeal.objects.order_by("-number").first()
        number, previous = (last.number, last.digest) if last else (0, "")
        sealed = AuditSeal.objects.filter(event_id=models.OuterRef("pk"))
        waiting = AuditEvent.objects.filter(~models.Exists(sealed)).order_by("pk")[:limit]
        seals = []
        for event in waiting:
            number += 1
            previous = _digest(event, number, previous)
            seals.append(
                AuditSeal(
                    number=number, event_id=event.pk, digest=previous, sealed_at=timezone.now()
                )
            )
        AuditSeal.objects.bulk_create(seals, batch_size=500)
    return len(seals)


def _only_sealer() -> bool:
    if connection.vendor != "postgresql":
        return True  # BEGIN IMMEDIATE lets one writer in
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [0x7365616C])
        (held,) = cursor.fetchone()
    return bool(held)


@dataclass(frozen=True)
class Finding:
    """Something `verify` found: the seal's number, the event and what is wrong, in words."""

    number: int
    event_id: int | None
    problem: str


def verify() -> Iterator[Finding]:
    """Walk the chain and yield what does not fit: changed, missing, re-ordered or gap."""
    expected, previous = 0, ""
    for seal_row in AuditSeal.objects.order_by("number").iterator(chunk_size=2_000):
        expected += 1
        if seal_row.number != expected:
            yield Finding(expected, None, "missing_seal")
            expected = seal_row.number
        event = AuditEvent.objects.filter(pk=seal_row.event_id).first()
        if event is None:
            yield Finding(seal_row.number, seal_row.event_id, "missing_event")
        elif not hmac.compare_digest(_digest(event, seal_row.number, previous), seal_row.digest):
            yield Finding(seal_row.number, seal_row.event_id, "changed")
        previous = seal_row.digest


def oldest_unsealed() -> AuditEvent | None:
    """The oldest committed row that no seal covers yet."""
    sealed = AuditSeal.objects.filter(event_id=models.OuterRef("pk"))
    return AuditEvent.objects.filter(~models.Exists(sealed)).order_by("pk").first()
