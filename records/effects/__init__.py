"""What a change of a rule of hours does to people, told before it is made."""

from __future__ import annotations

from core.registries import policy_effects
from records.effects import judged, measured


def register() -> None:
    """Called once at start-up."""
    for key in judged.TARGET_KEYS:
        policy_effects.add(key, judged.target_effect)
    for key in judged.COUNTING_KEYS:
        policy_effects.add(key, judged.counting_effect)
    for key in judged.TRAINING_KEYS:
        policy_effects.add(key, judged.training_effect)
    for key in measured.KEYS:
        policy_effects.add(key, measured.measured_effect)
