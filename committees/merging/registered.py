"""The rules for services: the same service twice is one service, a second seat is concurrent."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from committees.merging.journal import Journal
from committees.merging.rules import Fold, SameFact
from committees.models import Affiliation

WHERE = ("person", "post", "place", "base", "member_org", "external")


class OneService(SameFact):
    """An open post at one organisation is held once, and a past one with the same days as well. Of
    two seats as secretary one is held concurrently."""

    earliest = ("from_on",)
    also_once = (
        models.UniqueConstraint(
            fields=WHERE,
            condition=models.Q(to_on=None),
            nulls_distinct=False,
            name="open service once",
        ),
        models.UniqueConstraint(
            fields=(*WHERE, "from_on", "to_on"), nulls_distinct=False, name="past service once"
        ),
    )

    def says(self, stays: Affiliation, folds: Affiliation) -> str:
        if _same(stays, folds):
            return super().says(stays, folds)
        return _("Secretary of %(own)s and of %(other)s: %(other)s will be held concurrently.") % {
            "own": stays.place,
            "other": folds.place,
        }

    def fold(self, actor: Any, stays: Affiliation, folds: Affiliation, journal: Journal) -> Fold:
        if _same(stays, folds):
            return super().fold(actor, stays, folds, journal)
        journal.change(folds, concurrent=True)
        return Fold.ALONG


def _same(one: Affiliation, two: Affiliation) -> bool:
    names = ("post", "place_id", "base_id", "member_org_id", "external")
    return all(getattr(one, name) == getattr(two, name) for name in names)
