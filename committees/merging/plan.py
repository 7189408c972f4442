"""What a merge would do, read from the rows as they stand. The preview shows it, the merge does it.

Rows that a unique constraint would refuse are found by reading the constraints of every model that
points at a person; what constraints of other kinds refuse, the database says when it comes to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from committees.merging.relations import Pointer, count_rows, pointers_to
from committees.merging.rules import Remark, Rule, rule_for
from committees.models import Person
from core.appendonly import declared
from core.registries import merge_remarks


@dataclass(frozen=True, slots=True)
class Clash:
    """Two rows that cannot both belong to one person."""

    rule: Rule
    stays: Any
    folds: Any
    stops: str = ""

    @property
    def text(self) -> str:
        return self.stops or self.rule.says(self.stays, self.folds)


@dataclass(frozen=True, slots=True)
class Question:
    """Which of two rows stays, where the reader decides."""

    name: str
    text: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on both records by one foreign key."""

    pointer: Pointer
    counts: tuple[int, int]

    @property
    def label(self) -> str:
        what = capfirst(str(self.pointer.model._meta.verbose_name_plural))
        several = len([p for p in pointers_to(Person) if p.model is self.pointer.model]) > 1
        role = self.pointer.field.verbose_name
        return f"{what} ({role})" if several else what


@dataclass(slots=True)
class Plan:
    kept: Person
    gone: Person
    hanging: list[Hanging]
    clashes: list[Clash] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def stops(self) -> list[str]:
        """Why it cannot be done this way."""
        return [clash.stops for clash in self.clashes if clash.stops] + [
            remark.text for remark in self.remarks if remark.stops
        ]

    @property
    def moving(self) -> list[Hanging]:
        """What changes hands, folded rows included."""
        return [row for row in self.hanging if row.counts[1] and not row.pointer.stays]


def hanging_on(one: Person, two: Person) -> list[Hanging]:
    """Everything that hangs on either record, found by introspection; one query."""
    counted = count_rows(pointers_to(Person), one, two)
    return [
        Hanging(pointer, (counts[0], counts[1]))
        for pointer, counts in counted.items()
        if any(counts)
    ]


def plan_merge(
    actor: Any, kept: Person, gone: Person, choices: Mapping[str, str] | None = None
) -> Plan:
    """`choices`: question name -> key of the row that stays."""
    plan = Plan(kept, gone, hanging_on(kept, gone))
    for model, pointers in _meeting(plan):
        _collide(plan, actor, model, pointers, choices or {})
    plan.remarks += _frozen(plan)
    for look in merge_remarks:
        plan.remarks += look(actor, kept, gone)
    return plan


def _frozen(plan: Plan) -> Iterator[Remark]:
    """Rows of append-only tables: lists of a day keep the record they were written for."""
    for row in plan.hanging:
        if row.counts[1] and declared(row.pointer.model):
            text = _(
                "%(what)s: %(count)d stay under the former record, for they are never changed."
            )
            yield Remark(text % {"what": row.label, "count": row.counts[1]})


def questions_about(actor: Any, kept: Person, gone: Person) -> Plan:
    """What hangs on both and what the reader must decide; no further look."""
    plan = Plan(kept, gone, hanging_on(kept, gone))
    for model, pointers in _meeting(plan):
        if rule_for(model).question:
            _collide(plan, actor, model, pointers, {})
    return plan


def _meeting(plan: Plan) -> Iterator[tuple[type[models.Model], list[Pointer]]]:
    """Models of which both records have rows."""
    by_model: dict[type[models.Model], list[Pointer]] = defaultdict(list)
    for pointer in pointers_to(Person):
        if not pointer.stays:
            by_model[pointer.model].append(pointer)
    counts = {row.pointer: row.counts for row in plan.hanging}
    for model, pointers in by_model.items():
        held = [counts.get(pointer, (0, 0)) for pointer in pointers]
        if any(own for own, _other in held) and any(other for _own, other in held):
            yield model, pointers


def _collide(
    plan: Plan,
    actor: Any,
    model: type[models.Model],
    pointers: list[Pointer],
    choices: Mapping[str, str],
) -> None:
    rule, folded = rule_for(model), set[Any]()
    plan.remarks += _rows_naming_both(plan, model, pointers)
    for constraint in (*rule.also_once, *_unique(model)):
        for keys in _same_keys(plan, model, pointers, constraint):
            rows = _rows(model, keys - folded)
            if len(rows) < 2:
                continue
            ordered = _ranked(plan, rule, pointers, rows)
            if rule.question:
                ordered = _asked(plan, rule, model, ordered, choices)
            for row in ordered[1:]:
                folded.add(row.pk)
                stops = rule.stops(actor, ordered[0], row)
                plan.clashes.append(Clash(rule, ordered[0], row, stops))


def _rows(model: type[models.Model], keys: set[Any]) -> list[Any]:
    names = [f.name for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]
    return list(model._base_manager.filter(pk__in=keys).select_related(*names).order_by("pk"))


def _ranked(plan: Plan, rule: Rule, pointers: list[Pointer], rows: list[Any]) -> list[Any]:
    def of_kept(row: Any) -> bool:
        return any(getattr(row, p.column) == p.value(plan.kept) for p in pointers)

    return sorted(rows, key=lambda row: rule.rank(row, of_kept=of_kept(row)), reverse=True)


def _asked(
    plan: Plan,
    rule: Rule,
    model: type[models.Model],
    rows: list[Any],
    choices: Mapping[str, str],
) -> list[Any]:
    name = model._meta.label_lower
    wanted = choices.get(name, "")
    ordered = sorted(rows, key=lambda row: str(row.pk) != wanted)
    options = tuple((str(row.pk), rule.choice(row)) for row in sorted(rows, key=lambda r: r.pk))
    plan.questions.append(Question(name, str(rule.question), options, str(ordered[0].pk)))
    return ordered


def _unique(model: type[models.Model]) -> Iterator[models.UniqueConstraint]:
    """Every uniqueness of columns, as constraints."""
    for column in model._meta.concrete_fields:
        if column.unique and not column.primary_key:
            yield models.UniqueConstraint(fields=[column.name], name=column.name)
    for names in model._meta.unique_together:
        yield models.UniqueConstraint(fields=list(names), name="_".join(names))
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            yield constraint


def _same_keys(
    plan: Plan,
    model: type[models.Model],
    pointers: list[Pointer],
    constraint: models.UniqueConstraint,
) -> Iterable[set[Any]]:
    """Sets of keys of rows that would be the same to `constraint` with one person for two."""
    attnames = {f.name: f.attname for f in model._meta.concrete_fields}
    columns = [attnames[name] for name in constraint.fields]
    mine = [pointer for pointer in pointers if pointer.column in columns]
    if not mine:
        return []
    theirs = Q()
    for pointer in mine:
        both = [pointer.value(plan.kept), pointer.value(plan.gone)]
        theirs |= Q(**{f"{pointer.column}__in": both})
    rows = model._base_manager.filter(theirs)
    if constraint.condition is not None:
        rows = rows.filter(constraint.condition)
    as_kept = {p.column: (p.value(plan.gone), p.value(plan.kept)) for p in mine}
    found: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
    for pk, *values in rows.values_list("pk", *columns):
        if None in values and constraint.nulls_distinct is not False:
            continue
        same = tuple(
            _kept_for_gone(as_kept.get(c), v) for c, v in zip(columns, values, strict=True)
        )
        found[same].add(pk)
    return [keys for keys in found.values() if len(keys) > 1]


def _kept_for_gone(swap: tuple[Any, Any] | None, value: Any) -> Any:
    return swap[1] if swap is not None and value == swap[0] else value


def _rows_naming_both(
    plan: Plan, model: type[models.Model], pointers: list[Pointer]
) -> list[Remark]:
    """Rows in which the two stand side by side (tutor and pupil): one person cannot be both."""
    if len(pointers) < 2:
        return []
    side_by_side = Q()
    for one, two in combinations(pointers, 2):
        for first, second in ((plan.kept, plan.gone), (plan.gone, plan.kept)):
            side_by_side |= Q(**{one.column: one.value(first), two.column: two.value(second)})
    checks = [c for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
    refused = []
    for row in model._base_manager.filter(side_by_side).order_by("pk"):
        said = str(row)
        for pointer in pointers:
            if getattr(row, pointer.column) == pointer.value(plan.gone):
                setattr(row, pointer.column, pointer.value(plan.kept))
        if not all(_holds(check, model, row) for check in checks):
            text = _("%(what)s “%(row)s” names both as two people.") % {
                "what": capfirst(str(model._meta.verbose_name)),
                "row": said,
            }
            refused.append(Remark(text, stops=True))
    return refused


def _holds(check: models.CheckConstraint, model: type[models.Model], row: models.Model) -> bool:
    try:
        check.validate(model, row)
    except ValidationError:
        return False
    return True
