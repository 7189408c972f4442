"""Imports on pages: hand in, confirm columns, look at every row, decide, apply, undo."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.imports import review, runs
from committees.imports.forms import ApplyForm, BeginForm, ColumnsForm, places_for
from committees.models import ImportRun
from core.crypto import MOBILE, mask_mobile
from core.errors import DomainError
from core.imports.kinds import ImportKind
from core.paging import ROWS
from core.registries import import_kinds
from core.scope import scope_of
from core.typed import sent

KEY_DIGITS = 18  # a longer number is no key of any row

State = ImportRun.State


def _kinds(request: HttpRequest) -> list[ImportKind]:
    """Kinds that the reader may import somewhere."""
    scope = scope_of(request.user)
    return [kind for kind in import_kinds if scope.paths(*kind.roles)]


def _kind(request: HttpRequest, key: str) -> ImportKind:
    if key not in import_kinds:
        raise Http404
    kind = import_kinds.get(key)
    if not scope_of(request.user).paths(*kind.roles):
        raise PermissionDenied
    return kind


def _run(request: HttpRequest, key: uuid.UUID) -> ImportRun:
    rows = ImportRun.objects.visible_to(request.user).select_related("within", "job", "file")
    return get_object_or_404(rows, public_id=key)


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """Kinds of lists to begin with, and the imports of my places, newest first."""
    kinds = _kinds(request)
    if not kinds:
        raise PermissionDenied
    rows = ImportRun.objects.visible_to(request.user).select_related("within")
    page = Paginator(rows.order_by("-created_at", "-pk"), ROWS).get_page(request.GET.get("page"))
    return render(request, "imports/import_list.html", {"kinds": kinds, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def import_begin(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand a list in."""
    rule = _kind(request, kind)
    form = BeginForm(
        *sent(request),
        viewer=request.user,
        kind=rule,
        initial={"within": places_for(request.user, rule).first()},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            run = runs.begin(
                actor=request.user,
                kind=rule.key,
                within=data["within"],
                upload=data["file"],
                text=data["text"],
                on=data.get("on"),
                complete=data.get("complete", False),
            )
        except DomainError as exc:
            form.add_error(exc.field if exc.field in form.fields else None, exc.message)
        else:
            return redirect("committees:import-show", key=run.public_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "kind": rule, "columns": _template_columns(rule)}
    return render(request, "imports/import_begin.html", context, status=status)


def _template_columns(kind: ImportKind) -> list[tuple[str, str, bool]]:
    """Columns of the template in the reader's words, each with an example; no page shows a whole
    number."""
    shown = []
    for one in kind.fields:
        sample = next((row[one.key] for row in kind.samples if one.key in row), "")
        if sample:
            sample = mask_mobile(sample) if MOBILE.fullmatch(sample) else sample
            shown.append((str(one.label), sample, one.required))
    return shown


@require_POST
def import_template(request: HttpRequest, kind: str) -> HttpResponse:
    """Have an empty list made."""
    job = runs.ask_for_template(actor=request.user, kind=_kind(request, kind))
    return redirect("job-show", key=job.public_id)


@require_safe
def import_show(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Where an import stands: progress, columns to confirm, rows to decide, what it did."""
    run = _run(request, key)
    if request.htmx:  # type: ignore[attr-defined]
        if run.working:
            return render(request, "imports/import_show.html#progress", {"run": run})
        return HttpResponse(headers={"HX-Refresh": "true"})
    if run.state == State.READ:
        return redirect("committees:import-columns", key=run.public_id)
    return _show(request, run)


def _show(
    request: HttpRequest, run: ImportRun, *, form: ApplyForm | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"run": run, "steps": _steps(run), "current": _current(run)}
    if not run.working and run.state not in (State.REFUSED, State.DROPPED):
        context |= _rows(request, run)
    if run.state == State.PLANNED and run.complete:
        context["form"] = form or ApplyForm(run=run)
    return render(request, "imports/import_show.html", context, status=status)


def _rows(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """The view of rows that was asked for, or the one that wants to be looked at first."""
    views = review.views_of(run)
    counts = review.counted(run)
    view = request.GET.get("show", "")
    if view not in views:
        view = review.first_view(run, counts)
    total = {key: count for key, _label, count in counts}
    rows = run.rows.filter(views[view][1]).order_by("position")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = list(review.shown(run, list(page)))
    ready = sum(total.get(key, 0) for key in ("created", "updated", "left", "moved", "new"))
    return {
        "counts": [one for one in counts if one[2] or one[0] == view],
        "total": total,
        "view": view,
        "view_label": views[view][0],
        "page": page,
        "rows": shown,
        "may_decide": any(row.questions for row in shown),
        "ready": ready,
    }


def _current(run: ImportRun) -> int:
    states = {State.UPLOADED: 1, State.REFUSED: 1, State.READ: 2, State.MAPPED: 3}
    return states.get(State(run.state), 4)


def _steps(run: ImportRun) -> list[dict[str, Any]]:
    current = _current(run)
    over = run.state in (State.APPLIED, State.UNDOING, State.UNDONE)
    labels = (_("File"), _("Columns"), _("Check"), _("Apply"))
    return [
        {"label": label, "done": over or number < current}
        for number, label in enumerate(labels, start=1)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Which column is which field: guessed, to be corrected."""
    run = _run(request, key)
    if run.state not in (State.READ, State.PLANNED):
        return redirect("committees:import-show", key=run.public_id)
    sheets = runs.looked(run)
    form = ColumnsForm(*sent(request), kind=run.rule, run=run, sheets=sheets)
    if request.method == "POST" and form.is_valid():
        try:
            runs.confirm_columns(actor=request.user, run=run, columns=form.chosen())
        except DomainError as exc:
            form.add_error(None, exc.message)
        else:
            return redirect("committees:import-show", key=run.public_id)
    context = {"run": run, "form": form, "steps": _steps(run), "current": 2}
    status = 422 if request.method == "POST" else 200
    return render(request, "imports/import_columns.html", context, status=status)


@require_POST
def import_decide(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep the decisions of one page of rows."""
    run = _run(request, key)
    asked = {
        int(part)
        for name in request.POST
        if name.startswith(review.PREFIX)
        and (part := name.split("-")[1]).isdecimal()
        and len(part) <= KEY_DIGITS
    }
    rows = list(run.rows.filter(pk__in=list(asked)[: ROWS * 2]).order_by("position"))
    given = 0
    try:
        for staged, answers in review.answers_in(request.POST, run, rows):
            runs.decide(actor=request.user, run=run, row=staged, answers=answers, replan=False)
            given += 1
        if given:
            runs.after_decisions(actor=request.user, run=run)
    except DomainError as exc:
        messages.error(request, exc.message)
        return _show(request, _run(request, key), status=422)
    text = ngettext("%(n)s row decided.", "%(n)s rows decided.", given) % {"n": given}
    messages.success(request, text if given else _("Nothing was changed."))
    return redirect("committees:import-show", key=run.public_id)


@require_POST
def import_apply(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Write what can be written."""
    run = _run(request, key)
    form = ApplyForm(request.POST, run=run) if run.complete else None
    if form is not None and not form.is_valid():
        return _show(request, run, form=form, status=422)
    try:
        ends_on = form.cleaned_data["ends_on"] if form else None
        runs.apply(actor=request.user, run=run, ends_on=ends_on)
    except DomainError as exc:
        if form is None:
            messages.error(request, exc.message)
        else:
            form.add_error(exc.field or None, exc.message)
        return _show(request, _run(request, key), form=form, status=422)
    return redirect("committees:import-show", key=run.public_id)


def _carried_out(request: HttpRequest, key: uuid.UUID, act: Callable[..., None]) -> HttpResponse:
    """Back to the import after `act`, or its page with the sentence of a refusal."""
    run = _run(request, key)
    try:
        act(actor=request.user, run=run)
    except DomainError as exc:
        messages.error(request, exc.message)
        return _show(request, _run(request, key), status=422)
    return redirect("committees:import-show", key=run.public_id)


@require_POST
def import_undo(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take back what still equals what was written."""
    return _carried_out(request, key, runs.undo)


@require_POST
def import_go_on(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Carry on work that stopped, whoever began it."""
    return _carried_out(request, key, runs.go_on)


@require_POST
def import_drop(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Give up before anything was written."""
    run = _run(request, key)
    try:
        runs.drop(actor=request.user, run=run)
    except DomainError as exc:
        messages.error(request, exc.message)
        return _show(request, _run(request, key), status=422)
    messages.success(request, _("The list was dropped; its file and its rows are gone."))
    return redirect("committees:import-list")


@require_POST
def import_document(request: HttpRequest, key: uuid.UUID, what: str) -> HttpResponse:
    """Have the file with its problems, or the report, made."""
    kinds = {"problems": runs.PROBLEMS, "report": runs.REPORT}
    if what not in kinds:
        raise Http404
    run = _run(request, key)
    try:
        job = runs.ask_for(actor=request.user, run=run, kind=kinds[what])
    except DomainError as exc:
        messages.error(request, exc.message)
        return _show(request, run, status=422)
    return redirect("job-show", key=job.public_id)
