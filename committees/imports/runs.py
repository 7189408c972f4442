"""What a person can do with an import. Every door calls these."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.imports import columns as columns_of
from committees.imports.staging import context_of, reviewed
from committees.models import ImportDecision, ImportRun, Place, StagedRow
from core import audit, crypto, files, jobs
from core.errors import DomainError
from core.imports.kinds import ImportKind
from core.imports.rows import APPLIED
from core.models import Job
from core.registries import import_kinds
from core.scope import scope_of

FILE_KIND = "import"
READ, PLAN, APPLY, UNDO = "import_read", "import_plan", "import_apply", "import_undo"
PROBLEMS, REPORT, TEMPLATE = "import_problems", "import_report", "import_template"
State = ImportRun.State
# The work that is under way in a state.
WORK_OF = {State.UPLOADED: READ, State.MAPPED: PLAN, State.APPLYING: APPLY, State.UNDOING: UNDO}


class ImportRefused(DomainError):
    code = "import_refused"


def may_import(viewer: Any, kind: ImportKind, place: Place) -> bool:
    """Whether the viewer's grants of today reach the place for lists of this kind."""
    return place.level in kind.levels and scope_of(viewer).covers(place.path, *kind.roles)


def begin(
    *,
    actor: Any,
    kind: str,
    within: Place,
    upload: UploadedFile | ContentFile[bytes] | None = None,
    text: str = "",
    on: datetime.date | None = None,
    complete: bool = False,
) -> ImportRun:
    """Take a file, or rows pasted from a spreadsheet, and have it read in the background.

    Raises FileRefused for what is no sheet, ImportRefused for a list without a day that is said to
    be complete, or a day to come.
    """
    rule = import_kinds.get(kind)
    if complete and not rule.can_be_complete:
        raise ImportRefused(_("A list of this kind is never complete."), field="complete")
    if complete and on is None:
        raise ImportRefused(_("Say for which day the list is complete."), field="on")
    if on is not None and on > timezone.localdate():
        raise ImportRefused(_("The day of a list is today or earlier."), field="on")
    if upload is None:
        upload = _pasted(text)
    with transaction.atomic():
        file = files.receive(actor=actor, kind=FILE_KIND, upload=upload)
        scope = scope_of(actor)
        run = ImportRun.objects.create(
            kind=kind,
            within=within,
            file=file,
            name=file.name,
            on=on,
            complete=complete,
            actor_id=scope.user_id,
            actor_label=scope.label[:120],
        )
        _record(actor, run, "begin", {"kind": kind, "complete": complete, "on": on})
        _start(run, actor, READ)
    return run


def _pasted(text: str) -> ContentFile[bytes]:
    """Rows copied from a spreadsheet: cells between tabs, as a file of its own."""
    if not text.strip():
        raise ImportRefused(_("Choose a file, or paste rows."), field="file")
    out = io.StringIO()
    delimiter = "\t" if "\t" in text else ","
    try:
        csv.writer(out).writerows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as exc:
        raise ImportRefused(_("These rows cannot be read as a table."), field="text") from exc
    return ContentFile(out.getvalue().encode(), name=_("Pasted rows") + ".csv")


def confirm_columns(
    *, actor: Any, run: ImportRun, columns: Mapping[str, Mapping[str, str]]
) -> None:
    """Say which column is which field (sheet -> field -> column), and have the rows checked.

    Raises ColumnsRefused when a required field has no column.
    """
    columns_of.check(run.rule, columns)
    with transaction.atomic():
        run = _held(run, State.READ, State.PLANNED)
        run.columns = {sheet: dict(chosen) for sheet, chosen in columns.items()}
        run.remembered, run.message = False, ""
        columns_of.remember(run, looked(run))
        _to(run, State.MAPPED, "columns", "remembered", "message")
        _start(run, actor, PLAN)


def looked(run: ImportRun) -> list[columns_of.LookedSheet]:
    """The sheets as they were read; nothing once the import's time is over."""
    return columns_of.from_data(json.loads(crypto.decrypt(run.sealed))) if run.sealed else []


def look_again(*, run: ImportRun) -> None:
    """Go back to the columns; what was checked is checked anew."""
    with transaction.atomic():
        _to(_held(run, State.PLANNED), State.READ)


def decide(
    *,
    actor: Any,
    run: ImportRun,
    row: StagedRow,
    answers: Mapping[str, str],
    replan: bool = True,
) -> None:
    """Answer questions about one row (question's name -> answer; "" takes an answer back).

    Who decides several rows of a complete list passes `replan=False` and calls `after_decisions`
    once. Raises ImportRefused for an answer that the question does not take.
    """
    with transaction.atomic():
        run = _held(run, State.PLANNED)
        row = run.rows.select_for_update(of=("self",)).get(pk=row.pk)
        kind = run.rule
        content = kind.unpack(row.content)
        questions = {question.name: question for question in content.questions}
        for name, answer in answers.items():
            question = questions.get(name)
            if question is None or (answer and not question.takes(answer)):
                raise ImportRefused(_("This is no answer to that question."))
            content.answers[name] = answer
            _keep(actor, run, content.key, name, answer)
        content.answers = {name: answer for name, answer in content.answers.items() if answer}
        audit.record(
            actor=actor,
            action="import.decide",
            obj=run,
            after={"row": row.number, "answers": dict(answers)},
            unit_id=run.within_id,
        )
        kind.review([content], context_of(run, actor))
        reviewed(row, content, kind).save(update_fields=["outcome", "change", "group", "sealed"])
        if replan:
            after_decisions(actor=actor, run=run)


def after_decisions(*, actor: Any, run: ImportRun) -> None:
    """Have a complete list checked anew: what one row says decides who left."""
    if run.complete:
        with transaction.atomic():
            run = _held(run, State.PLANNED)
            _to(run, State.MAPPED)
            _start(run, actor, PLAN)


def _keep(actor: Any, run: ImportRun, key: str, question: str, answer: str) -> None:
    same = ImportDecision.objects.filter(kind=run.kind, key=key, question=question)
    if not answer:
        same.delete()
        return
    scope = scope_of(actor)
    ImportDecision.objects.update_or_create(
        kind=run.kind,
        key=key,
        question=question,
        defaults={
            "answer": answer,
            "run": run,
            "actor_id": scope.user_id,
            "actor_label": scope.label[:120],
            "decided_at": timezone.now(),
        },
    )


def apply(*, actor: Any, run: ImportRun, ends_on: datetime.date | None = None) -> None:
    """Have everything written that can be; rows to look at stay as they are.

    `ends_on`: the last day of those whom a complete list no longer names.
    """
    with transaction.atomic():
        run = _held(run, State.PLANNED)
        if run.complete:
            _check_end(run, ends_on)
            run.ends_on = ends_on
        if not run.rows.filter(outcome__in=APPLIED).exists():
            raise ImportRefused(_("There is no row that could be applied."))
        _to(run, State.APPLYING, "ends_on")
        _record(actor, run, "apply", {"ends_on": run.ends_on} if run.complete else {})
        _start(run, actor, APPLY)


def _check_end(run: ImportRun, ends_on: datetime.date | None) -> None:
    if ends_on is None:
        raise ImportRefused(_("Say the last day of those who left."), field="ends_on")
    if ends_on > timezone.localdate():
        raise ImportRefused(_("The last day is today or earlier."), field="ends_on")


def undo(*, actor: Any, run: ImportRun) -> None:
    """Take back what still equals what the import wrote. Raises ImportRefused after 30 days."""
    with transaction.atomic():
        run = _held(run, State.APPLIED)
        if run.until is None or run.until < timezone.now():
            raise ImportRefused(_("An import can be undone for 30 days."))
        _to(run, State.UNDOING)
        _record(actor, run, "undo", {})
        _start(run, actor, UNDO)


def go_on(*, actor: Any, run: ImportRun) -> None:
    """Carry on the work of an import whose job stopped, by whoever may import here today: who began
    it may have left. Rows that were done stay done. Raises ImportRefused while somebody works."""
    with transaction.atomic():
        run = _held(run, *WORK_OF)
        # Its job may have been cleared away, which is as stopped as can be.
        key = run.job_id or 0
        job = Job.objects.select_for_update(no_key=True).filter(pk=key).first()
        if job is not None and not job.stopped:
            raise ImportRefused(_("This import is further by now. Look at it again."))
        _record(actor, run, "go_on", {})
        _start(run, actor, WORK_OF[State(run.state)])


def drop(*, actor: Any, run: ImportRun) -> None:
    """Give an import up before anything was written. Its rows and its file go at once."""
    with transaction.atomic():
        run = _held(run, State.READ, State.PLANNED, State.REFUSED)
        _to(run, State.DROPPED)
        _record(actor, run, "drop", {})
        forget(run)


def forget(run: ImportRun) -> None:
    """Remove what is personal of an import; that it was, and its counts, stay."""
    StagedRow.objects.filter(run=run).delete()
    file, run.file, run.sealed = run.file, None, ""
    run.save(update_fields=["file", "sealed"])
    if file is not None:
        files.remove(file)


def ask_for(*, actor: Any, run: ImportRun, kind: str) -> Any:
    """A document about the import (PROBLEMS or REPORT): the job that makes it."""
    if run.file is None:
        raise ImportRefused(_("The file is no longer kept."))
    with transaction.atomic():
        _record(actor, run, "export", {"what": kind})
        return jobs.start(actor=actor, kind=kind, facts={"run": run.pk}, subject=run.name)


def ask_for_template(*, actor: Any, kind: ImportKind) -> Any:
    """An empty list of a kind, with invented rows that show how it is filled in."""
    return jobs.start(actor=actor, kind=TEMPLATE, facts={"kind": kind.key}, subject=str(kind.label))


def counts_of(run: ImportRun) -> dict[str, int]:
    """Rows by outcome, by change (of rows that apply) and by list."""
    found: dict[str, int] = {}
    rows = run.rows.values("outcome", "change", "group").order_by("outcome")
    for row in rows.annotate(count=Count("pk")):
        keys = [row["outcome"]] if row["group"] not in ("left",) else []
        if row["outcome"] in APPLIED:
            keys += [row["change"], row["group"]]
        for key in filter(None, keys):
            found[key] = found.get(key, 0) + row["count"]
    return found


def _held(run: ImportRun, *states: str) -> ImportRun:
    """The import under lock. Raises ImportRefused when it is further than the page showed."""
    held = ImportRun.objects.select_for_update(of=("self",), no_key=True).get(pk=run.pk)
    if held.state not in states:
        raise ImportRefused(_("This import is further by now. Look at it again."))
    return held


def _to(run: ImportRun, state: str, *fields: str) -> None:
    run.state = state
    run.save(update_fields=["state", *fields])


def _start(run: ImportRun, actor: Any, kind: str) -> None:
    run.job = jobs.start(actor=actor, kind=kind, facts={"run": run.pk}, subject=run.name)
    run.save(update_fields=["job"])


def _record(actor: Any, run: ImportRun, what: str, after: dict[str, Any]) -> None:
    audit.record(actor=actor, action=f"import.{what}", obj=run, after=after, unit_id=run.within_id)
