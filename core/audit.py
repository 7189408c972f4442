"""The audit trail: one row per act, written in the transaction of the act.

Rows are chained later by one sealer (core.seals), so no business transaction waits for a global
lock.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from core.models import AuditEvent
from core.scope import scope_of


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from: a door (web, api, command, worker), an address, a request."""

    door: str = "command"
    address: str | None = None
    request_id: str = ""
    silent: bool = False


NOWHERE = Origin()  # frozen: no act can change what the next one starts from
_origin: ContextVar[Origin] = ContextVar("audit_origin", default=NOWHERE)


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
    """No rows inside the block. Only the demonstration's invented past does this; a test checks."""
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
    act = Act(action, obj, before, after, reason, on_behalf, unit_id)
    if not _origin.get().silent:
        _event(actor, act).save(force_insert=True)  # new row


@dataclass(frozen=True, slots=True)
class Act:
    """What `record` is told of one act, for a list of acts written at once."""

    action: str
    obj: models.Model
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reason: str = ""
    on_behalf: models.Model | None = None
    unit_id: int | None = None


def record_all(*, actor: Any, acts: Iterable[Act]) -> None:
    """`record` for many acts of one transaction, in their order."""
    if not _origin.get().silent:
        AuditEvent.objects.bulk_create([_event(actor, act) for act in acts], batch_size=500)


def _event(actor: Any, act: Act) -> AuditEvent:
    where = _origin.get()
    scope = scope_of(actor)
    obj, on_behalf = act.obj, act.on_behalf
    return AuditEvent(
        at=timezone.now(),
        actor_id=scope.user_id,
        actor_label=(scope.label or "system")[:120],
        on_behalf_id=on_behalf.pk if on_behalf else None,
        on_behalf_label=str(on_behalf)[:120] if on_behalf else "",
        action=act.action,
        object_type=obj._meta.label_lower,
        object_id=str(getattr(obj, "public_id", None) or obj.pk),
        object_label=str(obj)[:200],
        unit_id=act.unit_id,
        before=_plain(act.before),
        after=_plain(act.after),
        reason=act.reason[:300],
        door=where.door,
        address=where.address,
        request_id=where.request_id,
    )


def _plain(values: dict[str, Any] | None) -> dict[str, Any]:
    if not values:
        return {}
    data: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder, default=str))
    return data
