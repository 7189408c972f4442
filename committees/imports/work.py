"""What a worker does for an import: one function for a chunk of each kind of job."""

from __future__ import annotations

import json
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.imports import columns as columns_of
from committees.imports.runs import PLAN, WORK_OF, State, _start, may_import
from committees.imports.staging import (
    context_of,
    decisions,
    open_writes,
    reviewed,
    seal_writes,
    stage,
)
from committees.models import ImportRun, StagedRow
from core import crypto, jobs
from core.errors import DomainError
from core.imports import undoing
from core.imports.applying import apply_chunk, chunk_size
from core.imports.kinds import ImportContext
from core.imports.rows import APPLIED, Write
from core.imports.table import learned
from core.models import Job
from core.registries import Step
from core.sheets.errors import SheetRefused
from core.sheets.reading import read_workbook

# The page of the columns can help; with anything else only another file can.
ABOUT_COLUMNS = frozenset({"column_twice", "column_missing", "no_header"})


class MayNoLonger(DomainError):
    code = "may_no_longer"


def run_of(job: Job) -> tuple[ImportRun, Any]:
    """The import of a job, and who asked, with the rights of today."""
    run = ImportRun.objects.select_related("within", "file").get(pk=job.facts["run"])
    if job.kind in WORK_OF.values() and run.job_id != job.pk:
        raise MayNoLonger(_("Somebody else carries this import on."))
    actor = jobs.actor_of(job)
    if actor is not None and not may_import(actor, run.rule, run.within):
        raise MayNoLonger(
            _("You may no longer import lists for %(place)s.") % {"place": run.within}
        )
    return run, actor


def file_of(run: ImportRun) -> bytes:
    """The bytes that were handed in. Raises DomainError once they are gone."""
    if run.file is None:
        raise DomainError(_("The file is no longer kept."))
    with run.file.content.open("rb") as opened:
        data: bytes = opened.read()
    return data


def _done(run: ImportRun, state: str, *fields: str) -> Step:
    run.state = state
    run.save(update_fields=["state", *fields])
    return Step(1, 1, finished=True)


def read(job: Job) -> Step:
    """Look at the file: sheets, titles, samples; go on at once where the columns are known."""
    run, actor = run_of(job)
    if run.state != State.UPLOADED:
        return Step(1, 1, finished=True)
    try:
        book = read_workbook(file_of(run), learned(run.rule.fields, {}), strict=False)
        sheets = columns_of.look(book, run.rule)
    except SheetRefused as exc:
        run.message = exc.message
        return _done(run, State.REFUSED, "message")
    run.sealed = crypto.encrypt(json.dumps(columns_of.as_data(sheets), ensure_ascii=False))
    known = columns_of.remembered(run, sheets)
    run.columns, run.remembered = known or columns_of.guessed(sheets), bool(known)
    with transaction.atomic():
        step = _done(run, State.MAPPED if known else State.READ, "sealed", "columns", "remembered")
        if known:
            _start(run, actor, PLAN)
    return step


def plan(job: Job) -> Step:
    """The dry run: every row gets its outcome, nothing of the portal is written."""
    run, actor = run_of(job)
    if run.state != State.MAPPED:
        return Step(1, 1, finished=True)
    context = context_of(run, actor)
    context.decided.update(decisions(run.kind))
    try:
        made = run.rule.plan(file_of(run), context)
    except SheetRefused as exc:
        run.message = exc.message
        back = State.READ if exc.code in ABOUT_COLUMNS else State.REFUSED
        return _done(run, back, "message")
    if made.foreign:
        message = _("No sub-district of this list lies in %(place)s. Nothing was done.")
        run.message = message % {"place": run.within}
        return _done(run, State.REFUSED, "message")
    stage(run, made.rows)
    run.notes = made.notes
    run.counts = dict(made.outcomes())
    return _done(run, State.PLANNED, "notes", "counts")


def apply(job: Job) -> Step:
    """Write a chunk of rows, together with what each wrote: the way back."""
    run, actor = run_of(job)
    if run.state != State.APPLYING:
        return Step(1, 1, finished=True)
    due = run.rows.filter(outcome__in=APPLIED)
    total = job.total or due.count()
    after = job.cursor.get("after")
    waiting = due.filter(applied=False) if after is None else due.filter(position__gt=after)
    staged = list(waiting.order_by("position")[: chunk_size()])
    if not staged:
        run.applied_at = timezone.now()
        _done(run, State.APPLIED, "applied_at")
        return Step(total, total, finished=True)
    rows = [run.rule.unpack(row.content) for row in staged]
    apply_chunk(run.rule.apply, rows, context_of(run, actor))
    for row, content in zip(staged, rows, strict=True):
        reviewed(row, content, run.rule)
        row.applied, row.wrote = True, seal_writes(content.writes)
    fields = ["outcome", "change", "group", "sealed", "applied", "wrote"]
    StagedRow.objects.bulk_update(staged, fields, batch_size=100)
    done = min(job.done + len(staged), total)
    return Step(done, total, {"after": staged[-1].position})


def undo(job: Job) -> Step:
    """Take back a chunk of rows, the last one first."""
    run, actor = run_of(job)
    if run.state != State.UNDOING:
        return Step(1, 1, finished=True)
    due = run.rows.exclude(wrote="")
    total = job.total or due.filter(undo="").count()
    # Services take rows back one by one: a quarter of the rows take the time of a chunk.
    staged = list(due.filter(undo="").order_by("-position")[: chunk_size() // 4])
    if not staged:
        run.undone_at = timezone.now()
        _done(run, State.UNDONE, "undone_at")
        return Step(total, total, finished=True)
    _take_back(staged, context_of(run, actor), run)
    StagedRow.objects.bulk_update(staged, ["undo", "undo_message"], batch_size=100)
    return Step(min(job.done + len(staged), total), total, {"at": staged[-1].position})


def _take_back(staged: list[StagedRow], context: ImportContext, run: ImportRun) -> None:
    """Each row is undone whole or kept whole, with the reason."""
    writes = {row.pk: open_writes(row) for row in staged}
    every = [write for row in staged for write in writes[row.pk]]
    found, pointing = undoing.load(every), undoing.references(every)
    gone: set[undoing.Key] = set()
    for row in staged:
        own = writes[row.pk]
        reason = _kept_because(own, found, pointing, gone)
        reason = reason or _reverted(own, found, context, run)
        row.undo = StagedRow.Undo.KEPT if reason else StagedRow.Undo.DONE
        row.undo_message = reason[:300]
        if not reason:
            gone |= {(write.model, write.pk) for write in own if write.created}


def _kept_because(
    own: list[Write],
    found: dict[undoing.Key, Any],
    pointing: dict[undoing.Key, set[undoing.Key]],
    gone: set[undoing.Key],
) -> str:
    mine = {(write.model, write.pk) for write in own}
    for write in own:
        key = (write.model, write.pk)
        if reason := undoing.why_not(write, found.get(key)):
            return reason
        if others := pointing.get(key, set()) - mine - gone:
            return undoing.used_by(others)
    return ""


def _reverted(
    own: list[Write], found: dict[undoing.Key, Any], context: ImportContext, run: ImportRun
) -> str:
    """Take the writes of a row back; the reason when the database or a service says no."""
    try:
        with transaction.atomic():
            for write in reversed(own):
                run.rule.revert(write, found[write.model, write.pk], context)
    except DomainError as exc:
        return exc.message
    except (ProtectedError, IntegrityError):
        return _("It is used by something else since.")
    return ""
