"""The chain over the audit trail: who edits a row behind the program's back is found.

One sealer (every 10 seconds and on demand) numbers committed rows without gaps; each seal is an
HMAC over the row and the seal before it, under AUDIT_KEY. `verify` walks the chain and finds
edited, deleted and exchanged rows and gaps. Rows cut off at the end together with their seals
leave no gap, so the newest seal is noted outside the database too (core.anchor).
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from core.models import AuditEvent, AuditSeal

BATCH = 5_000
CHUNK = 2_000
# Rows commit out of order; those that commit later than this many others wait for the full pass.
WINDOW = 20_000
FIELDS = tuple(field.attname for field in AuditEvent._meta.concrete_fields)


@dataclass(frozen=True)
class Finding:
    """Something `verify` found. `problem`: changed, rewritten (another digest than
    noted), missing_event, missing_seal, missing_end."""

    number: int
    event_id: int | None
    problem: str


def _digest(facts: dict[str, Any], number: int, previous: str) -> str:
    """The same on both databases: keys in order, the instant in UTC to the microsecond."""
    at = facts["at"].astimezone(datetime.UTC).isoformat(timespec="microseconds")
    text = json.dumps(facts | {"at": at}, sort_keys=True, default=str, ensure_ascii=False)
    message = f"{number}|{previous}|{text}".encode()
    return hmac.new(settings.AUDIT_KEY.encode(), message, hashlib.sha256).hexdigest()


# --- Sealing ------------------------------------------------------------------------------------
def seal(*, limit: int = BATCH, everything: bool = False) -> int:
    """Chain up to `limit` committed rows; returns how many. One sealer at a time.

    Looks at the newest rows only, so that a long trail costs no more than a short one;
    `everything` looks at all.
    """
    with transaction.atomic():
        if not _only_sealer():
            return 0
        last = AuditSeal.objects.order_by("-number").first()
        number, previous = (last.number, last.digest) if last else (0, "")
        now = timezone.now()
        seals = []
        for facts in unsealed(everything=everything).values(*FIELDS)[:limit]:
            number += 1
            previous = _digest(facts, number, previous)
            seals.append(
                AuditSeal(number=number, event_id=facts["id"], digest=previous, sealed_at=now)
            )
        AuditSeal.objects.bulk_create(seals, batch_size=500)
    return len(seals)


def unsealed(*, everything: bool = False) -> models.QuerySet[AuditEvent]:
    """Committed rows that no seal covers yet, oldest first."""
    sealed = AuditSeal.objects.filter(event_id=models.OuterRef("pk"))
    waiting = AuditEvent.objects.filter(~models.Exists(sealed)).order_by("pk")
    if not everything:
        newest = AuditSeal.objects.aggregate(newest=models.Max("event_id"))["newest"] or 0
        waiting = waiting.filter(pk__gt=newest - WINDOW)
    return waiting


def _only_sealer() -> bool:
    if connection.vendor != "postgresql":
        return True  # BEGIN IMMEDIATE lets one writer in
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [0x7365616C])
        (held,) = cursor.fetchone()
    return bool(held)


# --- Verifying ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Link:
    """A point of the chain that somebody noted outside the database."""

    number: int
    digest: str


@dataclass(frozen=True)
class Walked:
    """Result of a walk over the whole chain: rows seen, its newest link, what does not fit."""

    rows: int
    newest: Link
    findings: tuple[Finding, ...]


def verify(known: Iterable[Link] = ()) -> Walked:
    """Walk the whole chain, two queries for every two thousand rows.

    `known` links must stand in the chain as they were noted.
    """
    walk = _Walk(known)
    newest = AuditSeal.objects.aggregate(newest=models.Max("number"))["newest"] or 0
    for first in range(1, newest + 1, CHUNK):
        numbers = (first, first + CHUNK - 1)
        seals = list(AuditSeal.objects.filter(number__range=numbers).order_by("number"))
        rows = AuditEvent.objects.filter(pk__in=[row.event_id for row in seals]).values(*FIELDS)
        events = {facts["id"]: facts for facts in rows}
        for row in seals:
            walk.step(row, events.get(row.event_id))
    return walk.result()


class _Walk:
    """Goes from seal to seal. Each is judged against the stored digest of the one before it, so
    that one edited row is one finding."""

    def __init__(self, known: Iterable[Link]) -> None:
        self.rows, self.newest = 0, Link(0, "")
        self.findings: list[Finding] = []
        self.known = {link.number: link.digest for link in known}

    def step(self, row: AuditSeal, facts: dict[str, Any] | None) -> None:
        follows = row.number == self.newest.number + 1
        if not follows:
            self.findings.append(Finding(self.newest.number + 1, None, "missing_seal"))
        if facts is None:
            self.findings.append(Finding(row.number, row.event_id, "missing_event"))
        elif follows and not hmac.compare_digest(
            _digest(facts, row.number, self.newest.digest), row.digest
        ):
            self.findings.append(Finding(row.number, row.event_id, "changed"))
        noted = self.known.pop(row.number, row.digest)
        if not hmac.compare_digest(noted, row.digest):
            self.findings.append(Finding(row.number, row.event_id, "rewritten"))
        self.rows, self.newest = self.rows + 1, Link(row.number, row.digest)

    def result(self) -> Walked:
        # Links that were noted and that the chain does not reach any more.
        ends = [
            Finding(number, None, "missing_end")
            for number in sorted(self.known)
            if number > self.newest.number
        ]
        return Walked(self.rows, self.newest, (*self.findings, *ends))
