"""Who gains and who loses when the target of a year changes."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from committees.models import Affiliation, Person
from committees.policy_effects import MOST_NAMED, Change, Effect
from core.registries import policy_effects
from records.models import HourDecision


def _people(change: Change) -> QuerySet[Any]:
    """People of the place whose target it is; `total`: their verified quarters of that year."""
    serves = Affiliation.objects.secretaries().filter(person=OuterRef("pk"))
    ledger = HourDecision.objects.filter(
        account__person=OuterRef("pk"), year=change.on.year, kind=HourDecision.Kind.VERIFIED
    )
    people = Person.objects.annotate(
        total=Coalesce(
            Subquery(ledger.values("year").annotate(sum=Sum("quarters")).values("sum")), 0
        )
    )
    if change.place is not None:
        people = people.filter(unit__path__under=change.place.path)
    if change.key == "hours.secretary_year":
        return people.filter(Exists(serves))
    return people.filter(~Exists(serves), is_party_member=True)


def target_effect(change: Change) -> Effect:
    """Who reaches the new target and not the old one, and who reached only the old one."""
    before, after = int(change.before) * 4, int(change.after) * 4
    people = _people(change)
    low, high = sorted((before, after))
    between = people.filter(total__gte=low, total__lt=high).select_related("unit")
    count = between.count()
    first = between.order_by("unit__path", "pinyin", "pk")[:MOST_NAMED]
    names = tuple(f"{row.name} · {row.unit.name if row.unit else '—'}" for row in first)
    owing = people.count()
    note = _("%(count)d people have this target. Hours of past years stay as they were judged.")
    notes = (note % {"count": owing},)
    if after < before:
        return Effect(gains=count, gainers=names, notes=notes)
    return Effect(loses=count, losers=names, notes=notes)


def register() -> None:
    """Called once at start-up."""
    for key in ("hours.secretary_year", "hours.party_member_year"):
        policy_effects.add(key, target_effect)
