"""The newest link of the audit chain, noted in a file beside the database.

Whoever cuts off the end of the trail, seals and all, leaves no gap inside the database; the file
(and the log line of each sealing) still knows how far the chain had come. Put AUDIT_ANCHOR on a
disk that database administrators cannot write to.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import structlog
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder

from core.models import AuditSeal
from core.seals import Link

log = structlog.get_logger(__name__)


def _file() -> Path:
    return Path(settings.AUDIT_ANCHOR)


def _database() -> str:
    """Which database this is: the instant of its first migration. A new one begins a new chain."""
    first = MigrationRecorder.Migration.objects.order_by("applied").first()
    return first.applied.isoformat() if first else ""


def note() -> Link | None:
    """Note the newest seal in the log and in the file; returns it. A full disk costs a warning."""
    newest = AuditSeal.objects.order_by("-number").first()
    if newest is None:
        return None
    link = Link(newest.number, newest.digest)
    log.info("audit.sealed", number=link.number, digest=link.digest)
    known = noted()
    if known == link:
        return link
    if known and not AuditSeal.objects.filter(number=known.number, digest=known.digest).exists():
        # The file does not follow a chain that was cut or rewritten: verification must find it.
        log.error("audit.anchor_not_in_chain", number=known.number)
        return link
    text = json.dumps({"database": _database(), "number": link.number, "digest": link.digest})
    beside = _file().with_suffix(f".{os.getpid()}")
    try:
        beside.write_text(text + "\n", encoding="utf-8")
        beside.replace(_file())
    except OSError as error:
        log.warning("audit.anchor_not_written", error=type(error).__name__)
    return link


def noted() -> Link | None:
    """The link in the file when it belongs to this database."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
        if found["database"] != _database():
            return None
        return Link(int(found["number"]), str(found["digest"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("audit.anchor_not_read", error=type(error).__name__)
        return None
