"""Tables of the house."""

from core.models.files import FileQuerySet, StoredFile
from core.models.house import (
    AuditEvent,
    AuditEventQuerySet,
    AuditSeal,
    DemoRow,
    Heartbeat,
    SummaryCell,
    SummaryDelta,
)
from core.models.jobs import Job, JobQuerySet

__all__ = [
    "AuditEvent",
    "AuditEventQuerySet",
    "AuditSeal",
    "DemoRow",
    "FileQuerySet",
    "Heartbeat",
    "Job",
    "JobQuerySet",
    "StoredFile",
    "SummaryCell",
    "SummaryDelta",
]
