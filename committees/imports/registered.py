"""Imports as the house knows them: kinds of files and jobs, and what beat tidies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from committees.imports import tidying, work
from committees.imports.runs import APPLY, FILE_KIND, PLAN, READ, UNDO
from committees.models.imports import KEPT
from committees.organisations import ORGANISATIONS
from committees.roster.kind import ROSTER
from core.files import SHEET
from core.registries import FileKind, JobKind, file_kinds, import_kinds, job_kinds
from core.registries import tidying as tidiers
from core.sheets.gate import MAX_FILE


def register() -> None:
    accepts = frozenset({SHEET})
    days = KEPT.days + 1
    file_kinds.add(
        FILE_KIND, FileKind(FILE_KIND, _("Lists to import"), accepts, MAX_FILE, keep_days=days)
    )
    for key, label, step, atomic in (
        (READ, _("Reading a list"), work.read, False),
        (PLAN, _("Checking a list"), work.plan, False),
        (APPLY, _("Applying a list"), work.apply, True),
        (UNDO, _("Undoing an import"), work.undo, True),
    ):
        job_kinds.add(key, JobKind(key, label, step, atomic=atomic))
    for kind in (ROSTER, ORGANISATIONS):
        import_kinds.add(kind.key, kind, order=kind.order)
    tidiers.add("imports", tidying.tidy)
