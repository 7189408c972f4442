"""Walking the audit chain on demand and every night, and remembering what came of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from core import anchor, seals
from core.models import Heartbeat

log = structlog.get_logger(__name__)
INTACT, BROKEN = "audit-intact", "audit-broken"


@dataclass(frozen=True)
class Known:
    """What the last walk said: when, and whether everything fitted."""

    at: datetime.datetime
    intact: bool


def run(links: Iterable[seals.Link] = ()) -> seals.Walked:
    """Walk the chain against the noted anchor and `links`, and remember the outcome."""
    noted = anchor.noted()
    walked = seals.verify([*links, *([noted] if noted else [])])
    name = BROKEN if walked.findings else INTACT
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
    if walked.findings:
        log.error("audit.chain_broken", findings=len(walked.findings), rows=walked.rows)
    return walked


def last() -> Known | None:
    """The outcome of the last walk; None when there was none."""
    marks = Heartbeat.objects.filter(name__in=[INTACT, BROKEN])
    newest = max(marks, key=lambda mark: mark.at, default=None)
    return Known(newest.at, newest.name == INTACT) if newest else None


def in_words(finding: seals.Finding) -> str:
    """A finding as one line."""
    facts = {"number": finding.number, "event": finding.event_id}
    return {
        "changed": _("Link %(number)s: event %(event)s is not what was sealed."),
        "rewritten": _("Link %(number)s: its digest is not the one that was noted."),
        "missing_event": _("Link %(number)s: event %(event)s has been deleted."),
        "missing_seal": _("Link %(number)s is missing from the chain."),
        "missing_end": _("The chain once reached link %(number)s and ends before it."),
    }[finding.problem] % facts
