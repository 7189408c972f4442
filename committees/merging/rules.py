"""What becomes of two rows that cannot both belong to one person.

An app registers a `Rule` for its model in `core.registries.merge_rules`. Models without one have
the plain rule: the row of the record that stays counts, the other remains with the former record,
where the history of merges shows it. Nothing is ever dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from committees.merging.relations import count_rows, pointers_to
from core.registries import merge_rules

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from committees.merging.journal import Journal


class Fold(Enum):
    """Where the row that does not count goes."""

    ALONG = "along"  # it was changed so that both may belong to one person
    BEHIND = "behind"  # it belongs to the former record from now on
    GONE = "gone"  # it said nothing that the other does not say; the journal holds it


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody who is about to merge should know; `stops`: it cannot be done this way."""

    text: str
    stops: bool = False


class Rule:
    """The plain rule; apps override what is different for their model."""

    # Rows that no constraint keeps apart but that would say the same twice.
    also_once: tuple[models.UniqueConstraint, ...] = ()
    # A question to the person who merges ("Which account stays?"); empty: the rule decides.
    question: _StrOrPromise = ""

    def rank(self, row: Any, *, of_kept: bool) -> Any:
        """The row with the higher rank counts."""
        return of_kept

    def choice(self, row: Any) -> str:
        """The row in words, where the reader chooses."""
        return str(row)

    def stops(self, actor: Any, stays: Any, folds: Any) -> str:
        """Why the two rows forbid the merge; empty when they do not."""
        return ""

    def says(self, stays: Any, folds: Any) -> str:
        """What will happen, in a sentence."""
        return _("%(what)s: one of each record. That of the former record remains with it.") % {
            "what": capfirst(str(stays._meta.verbose_name))
        }

    def fold(self, actor: Any, stays: Any, folds: Any, journal: Journal) -> Fold:
        """Do it. Every write goes through `journal`."""
        return Fold.BEHIND


class SameFact(Rule):
    """Both rows say the same; one stays and takes over what only the other knows."""

    # Of these days the earlier one counts.
    earliest: tuple[str, ...] = ()

    def rank(self, row: Any, *, of_kept: bool) -> Any:
        known = sum(bool(getattr(row, field.attname)) for field in row._meta.concrete_fields)
        return known, of_kept

    def says(self, stays: Any, folds: Any) -> str:
        return _("%(what)s: both records have “%(row)s”. It will stand once.") % {
            "what": capfirst(str(stays._meta.verbose_name)),
            "row": stays,
        }

    def fold(self, actor: Any, stays: Any, folds: Any, journal: Journal) -> Fold:
        hanging = [
            (pointer, count)
            for pointer, (count,) in count_rows(pointers_to(type(folds)), folds).items()
            if count
        ]
        if any(pointer.stays for pointer, _count in hanging):
            return Fold.BEHIND
        taken = self._completed(stays, folds)
        with journal.together():
            for pointer, _count in hanging:
                journal.move(pointer, folds, stays, set())
            journal.remove(folds)
            journal.change(stays, **taken)
        return Fold.GONE

    def _completed(self, stays: Any, folds: Any) -> dict[str, Any]:
        taken = {}
        for field in stays._meta.concrete_fields:
            own, other = getattr(stays, field.attname), getattr(folds, field.attname)
            if field.name in self.earliest and own and other:
                taken[field.attname] = min(own, other)
            elif not own and other and not field.unique:
                taken[field.attname] = other
        return taken


PLAIN = Rule()


def rule_for(model: type[models.Model]) -> Rule:
    label = model._meta.label_lower
    rule: Rule = merge_rules.get(label) if label in merge_rules else PLAIN
    return rule
