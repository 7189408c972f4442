"""What the page of a checked import shows: counts, lists, rows with their questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import ImportRun, StagedRow
from core.imports.kinds import ImportKind
from core.imports.rows import AS_IT_STANDS, LEAVE_OUT, ImportRow

OUTCOMES: Mapping[str, tuple[Any, str, str]] = {
    "accept": (gettext_lazy("Accepted"), "success", "check-circle"),
    "normalise": (gettext_lazy("Tidied up"), "success", "check-circle"),
    "review": (gettext_lazy("To decide"), "warning", "question-circle"),
    "duplicate": (gettext_lazy("Duplicate"), "neutral", "copy"),
    "error": (gettext_lazy("Error"), "danger", "x-circle"),
    "skip": (gettext_lazy("Left out"), "neutral", "dash-circle"),
}
CHANGES: Mapping[str, Any] = {
    "created": gettext_lazy("new"),
    "updated": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
}
READY = Q(outcome__in=("accept", "normalise")) & ~Q(number=0)
VIEWS: Mapping[str, tuple[Any, Q]] = {
    "review": (gettext_lazy("To decide"), Q(outcome="review")),
    "error": (gettext_lazy("Errors"), Q(outcome="error")),
    "created": (gettext_lazy("New"), READY & Q(change="created")),
    "updated": (gettext_lazy("Changed"), READY & Q(change="updated")),
    "unchanged": (gettext_lazy("Unchanged"), READY & Q(change="unchanged")),
    "duplicate": (gettext_lazy("Duplicates"), Q(outcome="duplicate")),
    "skip": (gettext_lazy("Left out"), Q(outcome="skip")),
}
LISTS: Mapping[str, tuple[Any, Q]] = {
    "left": (gettext_lazy("Left"), Q(group="left") & ~Q(outcome="skip")),
    "moved": (gettext_lazy("Moved to another post"), Q(group="moved") & ~Q(number=0)),
    "new": (gettext_lazy("New in post"), Q(group="new")),
    "reelected": (gettext_lazy("Re-elected"), Q(group="reelected")),
}
UNDOING: Mapping[str, tuple[Any, Q]] = {"kept": (gettext_lazy("Kept"), Q(undo="kept"))}
PREFIX = "answer-"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page asks it."""

    name: str
    text: str
    answers: list[tuple[str, str]]
    given: str
    unanswered: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page shows it."""

    staged: StagedRow
    title: str
    facts: list[tuple[str, str]]
    sentences: list[str]  # those that decide the outcome
    notes: list[str]
    chip: tuple[Any, str, str]
    change: Any
    questions: list[Asked]


def views_of(run: ImportRun) -> Mapping[str, tuple[Any, Q]]:
    """The views of an import that its state has."""
    if run.state == ImportRun.State.UNDONE:
        return {**UNDOING, **VIEWS}
    if run.complete:
        return {**LISTS, **{key: VIEWS[key] for key in ("review", "error", "duplicate", "skip")}}
    return VIEWS


def counted(run: ImportRun) -> list[tuple[str, Any, int]]:
    """Views with their number of rows: key, label, rows; one query."""
    views = views_of(run)
    sums = run.rows.aggregate(
        **{key: Count("pk", filter=which) for key, (_label, which) in views.items()}
    )
    return [(key, label, sums[key]) for key, (label, _which) in views.items()]


def first_view(run: ImportRun, counts: Sequence[tuple[str, Any, int]]) -> str:
    """What wants to be looked at first."""
    wanted = ("review", "left") if run.state == ImportRun.State.PLANNED else ("kept",)
    held = {key for key, _label, count in counts if count}
    order = [*wanted, *(key for key, _label, _count in counts)]
    return next((key for key in order if key in held), order[-1])


def shown(run: ImportRun, rows: Sequence[StagedRow]) -> Iterator[ShownRow]:
    """Rows with what was read in them."""
    kind: ImportKind = run.rule
    open_ = run.state == ImportRun.State.PLANNED
    for staged in rows:
        row = kind.unpack(staged.content)
        yield ShownRow(
            staged=staged,
            title=kind.title(row),
            facts=kind.shown(row),
            sentences=_said(row, deciding=True),
            notes=_said(row, deciding=False),
            chip=OUTCOMES[staged.outcome],
            change=CHANGES.get(staged.change, ""),
            questions=list(_asked(staged, row)) if open_ else [],
        )


def _said(row: ImportRow, *, deciding: bool) -> list[str]:
    """Sentences of the row; of a row that is taken they all only tell."""
    decides = frozenset() if row.applies() and not row.questions else {row.outcome}
    said = [
        one.message
        for one in row.findings
        if one.message and (one.outcome in decides or one.question is not None) is deciding
    ]
    return list(dict.fromkeys(said))


def _asked(staged: StagedRow, row: ImportRow) -> Iterator[Asked]:
    for number, question in enumerate(row.questions):
        yield Asked(
            name=f"{PREFIX}{staged.pk}-{number}",
            text=question.text or _("Is the row right?"),
            answers=question.answers,
            given=row.answers.get(question.name, ""),
            unanswered=_("Has left") if question.optional else _("not decided"),
        )


def answers_in(
    data: Mapping[str, str], run: ImportRun, rows: Sequence[StagedRow]
) -> Iterator[tuple[StagedRow, dict[str, str]]]:
    """Rows of a page whose answers in `data` differ from what is kept.

    `all` answers every question of the page that nobody answered and that takes it.
    """
    kind: ImportKind = run.rule
    for_all = data.get("all", "")
    for_all = for_all if for_all in (AS_IT_STANDS, LEAVE_OUT) else ""
    for staged in rows:
        row = kind.unpack(staged.content)
        given: dict[str, str] = {}
        for number, question in enumerate(row.questions):
            answer = data.get(f"{PREFIX}{staged.pk}-{number}")
            if answer is None:
                continue
            if not answer and for_all and question.takes(for_all):
                answer = for_all
            if answer != row.answers.get(question.name, ""):
                given[question.name] = answer
        if given:
            yield staged, given
