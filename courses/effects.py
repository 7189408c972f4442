"""What a change of a rule does to classes: those that are open keep what they opened with."""

from __future__ import annotations

import dataclasses

from django.utils.translation import gettext as _

from committees.policy_effects import Change, Effect
from core.registries import policy_effects
from courses.models import Offering
from courses.rules import KEPT
from records.effects.measured import KEPT_BY_CLASSES, measured_effect


def class_effect(change: Change) -> Effect:
    """How many classes keep their value and how many drafts will open with the new one."""
    classes = Offering.objects.filter(historical=False)
    if change.place is not None:
        classes = classes.filter(base__host__path__under=change.place.path)
    state = Offering.State
    keeping = classes.filter(state__in=(state.OPEN, state.CLOSED, state.RUNNING)).count()
    drafts = classes.filter(state=state.DRAFT).count()
    return Effect(
        notes=(
            _("Classes that are open or running and keep their value: %(count)d.")
            % {"count": keeping},
            _("Drafts that take the value of the day they open: %(count)d.") % {"count": drafts},
        ),
        named=False,
    )


def class_and_study_effect(change: Change) -> Effect:
    """What classes keep, and whose study would be worth more or less by the new value."""
    study = measured_effect(change)
    return dataclasses.replace(study, notes=(*study.notes, *class_effect(change).notes))


def register() -> None:
    """Called once at start-up."""
    for key in KEPT:
        effect = class_and_study_effect if key in KEPT_BY_CLASSES else class_effect
        policy_effects.add(key, effect)
