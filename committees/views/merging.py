"""Possible duplicates, two records side by side, merging and undoing."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import F, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from committees import permissions
from committees.forms_merging import FACT, ROW, MergeForm, ReasonForm
from committees.merging import duplicates, facts
from committees.merging.history import left_in_words, moved_in_words, on_record
from committees.merging.plan import Plan, plan_merge, questions_about
from committees.models import Affiliation, Person, PersonMerge, TwoPeople
from committees.models.merging import UNDO_DAYS
from committees.services import merging as services
from core.errors import DomainError
from core.paging import ROWS

LETTERS = ("A", "B")


def _require_keeper(request: HttpRequest) -> None:
    if not permissions.can_merge(request.user):
        raise PermissionDenied


@require_safe
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Pairs of records of my area that may be one person, the likeliest first."""
    _require_keeper(request)
    people = Person.objects.in_charge_of(request.user)
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    found = duplicates.find(people, limit=ROWS, offset=(max(number, 1) - 1) * ROWS)
    if not found.pairs and number > 1:
        number, found = 1, duplicates.find(people, limit=ROWS)
    page: Page[Any] = Paginator(range(found.total), ROWS).get_page(number)
    page.object_list = found.pairs
    context = {"page": page, "fresh": found.fresh, "new_days": duplicates.NEW_DAYS}
    return render(request, "committees/duplicate_list.html", context)


def _pair(request: HttpRequest, one: uuid.UUID, two: uuid.UUID) -> tuple[Person, Person]:
    """Both records, each of the reader's own area; the older first."""
    ordered = Affiliation.objects.select_related("place__parent", "base", "member_org").order_by(
        F("to_on").desc(nulls_first=True), F("from_on").desc(nulls_last=True), "-pk"
    )
    people = Person.objects.in_charge_of(request.user).select_related("unit__parent")
    rows = people.prefetch_related(Prefetch("affiliations", ordered, to_attr="services"))
    pair = sorted(rows.filter(public_id__in=[one, two]), key=lambda person: person.pk)
    if len(pair) != 2:
        get_object_or_404(Person.objects.none())
    return pair[0], pair[1]


def _stays(plan: Plan) -> int:
    """The record that is proposed to stay: the one on which more hangs, then the older."""
    older, newer = (sum(row.counts[side] for row in plan.hanging) for side in (0, 1))
    return int(newer > older)


def _form(
    request: HttpRequest, pair: tuple[Person, Person], data: Any = None
) -> tuple[MergeForm, Plan]:
    plan = questions_about(request.user, *pair)
    compared = facts.compare(*pair)
    form = MergeForm(
        data, pair=pair, compared=compared, questions=plan.questions, stays=_stays(plan)
    )
    return form, plan


def _lines(form: MergeForm, pair: tuple[Person, Person]) -> list[dict[str, Any]]:
    """The comparison, line by line, with the side that is chosen."""
    return [
        {
            "name": FACT + fact.key,
            "label": fact.label,
            "differs": fact.differs,
            "cells": [
                {
                    "side": str(side),
                    "letter": LETTERS[side],
                    "value": value,
                    "chosen": form.chosen(FACT + fact.key) == str(side),
                }
                for side, value in enumerate(fact.values)
            ],
        }
        for fact in facts.compare(*pair)
        if fact.differs or any(fact.values)
    ]


def _compare_page(
    request: HttpRequest,
    pair: tuple[Person, Person],
    form: MergeForm,
    plan: Plan,
    *,
    status: int = 200,
    note_form: ReasonForm | None = None,
) -> HttpResponse:
    grounds, against = duplicates.judge(*pair)
    found = duplicates.Candidate(*pair, grounds, against, score=0, fresh=False, noted=False)
    context = {
        "pair": pair,
        "sides": [
            {
                "side": str(i),
                "letter": LETTERS[i],
                "person": pair[i],
                "chosen": form.kept == pair[i],
            }
            for i in (0, 1)
        ],
        "form": form,
        "lines": _lines(form, pair),
        "questions": [
            (ROW + q.name, q.text, q.options, form.chosen(ROW + q.name)) for q in plan.questions
        ],
        "hanging": [row for row in plan.hanging if not row.pointer.stays],
        "found": found,
        "note": services.noted_as_two(*pair),
        "note_form": note_form or ReasonForm(auto_id="note_%s"),
    }
    return render(request, "committees/person_compare.html", context, status=status)


@require_safe
def person_compare(request: HttpRequest, one: uuid.UUID, two: uuid.UUID) -> HttpResponse:
    """Two records side by side: what differs, what hangs on each, what shall stay."""
    pair = _pair(request, one, two)
    form, plan = _form(request, pair)
    return _compare_page(request, pair, form, plan)


@require_POST
def merge_preview(request: HttpRequest, one: uuid.UUID, two: uuid.UUID) -> HttpResponse:
    """What would happen, before it does."""
    pair = _pair(request, one, two)
    form, plan = _form(request, pair, request.POST)
    if not form.is_valid():
        return _compare_page(request, pair, form, plan, status=422)
    return _preview_page(request, pair, form)


def _preview_page(
    request: HttpRequest,
    pair: tuple[Person, Person],
    form: MergeForm,
    *,
    refusal: str = "",
) -> HttpResponse:
    plan = plan_merge(request.user, form.kept, form.gone, form.choices)
    taken = form.take
    context = {
        "pair": pair,
        "form": form,
        "plan": plan,
        "outcome": [
            (fact.label, fact.values[int(fact.key in taken)])
            for fact in facts.compare(form.kept, form.gone)
            if any(fact.values)
        ],
        "moving": [(row.label, row.counts[1]) for row in plan.moving],
        "stops": [refusal] if refusal else plan.stops,
        "says": [clash.text for clash in plan.clashes if not clash.stops],
        "remarks": [remark.text for remark in plan.remarks if not remark.stops],
        "answers": form.answers(),
        "undo_days": UNDO_DAYS,
    }
    status = 422 if refusal else 200
    return render(request, "committees/merge_preview.html", context, status=status)


@require_POST
def merge_do(request: HttpRequest, one: uuid.UUID, two: uuid.UUID) -> HttpResponse:
    """Merge as chosen."""
    pair = _pair(request, one, two)
    form, plan = _form(request, pair, request.POST)
    if not form.is_valid():
        return _compare_page(request, pair, form, plan, status=422)
    try:
        merge = services.merge_people(
            actor=request.user,
            kept=form.kept,
            gone=form.gone,
            take=form.take,
            choices=form.choices,
            reason=form.cleaned_data["reason"],
        )
    except DomainError as error:
        return _preview_page(request, pair, form, refusal=error.message)
    messages.success(request, _("The two records are one now."))
    return redirect("committees:merge-detail", public_id=merge.public_id)


@require_POST
def note_two(request: HttpRequest, one: uuid.UUID, two: uuid.UUID) -> HttpResponse:
    """These are two people; the pair disappears from the list."""
    pair = _pair(request, one, two)
    note_form = ReasonForm(request.POST, auto_id="note_%s")
    if not note_form.is_valid():
        form, plan = _form(request, pair)
        return _compare_page(request, pair, form, plan, status=422, note_form=note_form)
    try:
        services.note_two_people(
            actor=request.user,
            one=pair[0],
            two=pair[1],
            reason=note_form.cleaned_data["reason"],
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("committees:person-compare", one=pair[0].public_id, two=pair[1].public_id)
    messages.success(request, _("Noted: two people. The pair is not shown again."))
    return redirect("committees:duplicate-list")


@require_POST
def note_withdraw(request: HttpRequest, one: uuid.UUID, two: uuid.UUID) -> HttpResponse:
    """They may be one person after all."""
    pair = _pair(request, one, two)
    try:
        services.take_note_back(actor=request.user, one=pair[0], two=pair[1])
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The note is taken back."))
    return redirect("committees:person-compare", one=pair[0].public_id, two=pair[1].public_id)


@require_safe
def merge_list(request: HttpRequest) -> HttpResponse:
    """Merges of my area and notes of two people, the latest first."""
    _require_keeper(request)
    rows = PersonMerge.objects.visible_to(request.user).select_related("kept__unit", "gone")
    page = Paginator(rows.order_by("-done_at", "-pk"), ROWS).get_page(request.GET.get("page"))
    people = Person.objects.in_charge_of(request.user)
    notes = TwoPeople.objects.filter(first__in=people, second__in=people)
    context = {
        "page": page,
        "notes": notes.select_related("first", "second").order_by("-noted_at", "-pk")[:10],
    }
    return render(request, "committees/merge_list.html", context)


@require_safe
def merge_detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What a merge did, and the way back."""
    rows = PersonMerge.objects.visible_to(request.user).select_related("kept__unit", "gone")
    merge = get_object_or_404(rows, public_id=public_id)
    kinds = services.STAY_ON_RECORD
    entries = list(merge.entries.filter(kind__in=kinds) | merge.entries.filter(left=True))
    context = {
        "merge": merge,
        "moved": moved_in_words(merge),
        "recorded": on_record(entries),
        "left": left_in_words(entry for entry in entries if entry.left),
    }
    return render(request, "committees/merge_detail.html", context)


@require_POST
def merge_undo(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Two records again."""
    merge = get_object_or_404(PersonMerge.objects.visible_to(request.user), public_id=public_id)
    try:
        undone = services.undo_merge(actor=request.user, merge=merge)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if undone.left:
            messages.warning(
                request,
                _("Undone. Some values were changed since the merge; they stay as they are."),
            )
        else:
            messages.success(request, _("Undone: the two records are as they were."))
    return redirect("committees:merge-detail", public_id=merge.public_id)
