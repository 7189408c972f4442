"""What a change of a rule does to tutors and pairings."""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import gettext as _

from committees.models import Person
from committees.policy_effects import MOST_NAMED, Change, Effect
from core.registries import policy_effects
from tutors.models import UNDERWAY_STATES, Pairing
from tutors.policies import KEPT


def _notes(change: Change) -> tuple[str, ...]:
    pairs = Pairing.objects.filter(state__in=UNDERWAY_STATES)
    if change.place is not None:
        pairs = pairs.filter(batch__district=change.place)
    note = _("Pairings under way that keep their value: %(count)d.")
    return (note % {"count": pairs.count()},)


def pairing_effect(change: Change) -> Effect:
    """Pairings under way keep what they were signed with."""
    return Effect(notes=_notes(change), named=False)


def load_effect(change: Change) -> Effect:
    """Tutors who could take one more pupil and no longer can, or the other way round."""
    low, high = sorted((int(change.before), int(change.after)))
    pairs = Pairing.objects.open()
    if change.place is not None:
        pairs = pairs.filter(batch__district=change.place)
    loads = pairs.values("tutor").annotate(load=Count("pk")).filter(load__gte=low, load__lt=high)
    tutors = Person.objects.filter(pk__in=loads.values("tutor")).select_related("unit")
    first = tutors.order_by("pinyin", "pk")[:MOST_NAMED]
    names = tuple(f"{row.name} · {row.unit.name if row.unit else '—'}" for row in first)
    count = tutors.count()
    if int(change.after) > int(change.before):
        return Effect(gains=count, gainers=names, notes=_notes(change))
    return Effect(loses=count, losers=names, notes=_notes(change))


def register() -> None:
    """Called once at start-up."""
    for key in KEPT:
        by_load = key == "tutor.max_active_pupils"
        policy_effects.add(key, load_effect if by_load else pairing_effect)
