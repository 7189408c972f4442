"""Imports as the house knows them: kinds of files and jobs, and what beat tidies."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committees.imports import documents, tidying, work
from committees.imports.runs import (
    APPLY,
    FILE_KIND,
    PLAN,
    PROBLEMS,
    READ,
    REPORT,
    TEMPLATE,
    UNDO,
)
from committees.models import ImportRun
from committees.models.imports import KEPT
from committees.organisations import ORGANISATIONS
from committees.roster.kind import ROSTER
from core.files import SHEET
from core.models import Job
from core.registries import FileKind, JobKind, file_kinds, import_kinds, job_kinds
from core.registries import tidying as tidiers
from core.sheets.gate import MAX_FILE


def _page(job: Job) -> str:
    run = ImportRun.objects.filter(pk=job.facts.get("run")).first()
    return reverse("committees:import-show", args=[run.public_id]) if run else ""


def register() -> None:
    accepts = frozenset({SHEET})
    days = KEPT.days + 1
    file_kinds.add(
        FILE_KIND, FileKind(FILE_KIND, _("Lists to import"), accepts, MAX_FILE, keep_days=days)
    )
    for key, label, step, atomic, url in (
        (READ, _("Reading a list"), work.read, False, _page),
        (PLAN, _("Checking a list"), work.plan, False, _page),
        (APPLY, _("Applying a list"), work.apply, True, _page),
        (UNDO, _("Undoing an import"), work.undo, True, _page),
        (PROBLEMS, _("A list with its problems"), documents.problems, False, None),
        (REPORT, _("Report of an import"), documents.report, False, None),
        (TEMPLATE, _("Template of a list"), documents.template, False, None),
    ):
        job_kinds.add(key, JobKind(key, label, step, atomic=atomic, url=url))
    for kind in (ROSTER, ORGANISATIONS):
        import_kinds.add(kind.key, kind, order=kind.order)
    tidiers.add("imports", tidying.tidy)
