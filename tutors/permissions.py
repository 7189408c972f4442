"""Who may do what in tutoring. Seeing is decided by `visible_to`; acting is decided here."""

from __future__ import annotations

from typing import Any

from core.scope import Role, scope_of
from tutors.models import Batch, Pairing


def can_propose(viewer: Any, batch: Batch) -> bool:
    """The district of the batch, and organisers of its sub-districts, propose pairs."""
    if batch.historical:
        return False
    scope = scope_of(viewer)
    return scope.covers(batch.district.path, Role.DISTRICT) or any(
        path.startswith(batch.district.path) for path in scope.paths(Role.ORGANISER)
    )


def can_conduct(viewer: Any, pairing: Pairing) -> bool:
    """Signing, pausing and ending: the district and the pupil's own organiser; of a pupil who has
    moved also the organiser where she serves today."""
    if pairing.batch.historical:
        return False
    scope = scope_of(viewer)
    if scope.covers(pairing.pupil_unit.path, Role.DISTRICT, Role.ORGANISER):
        return True
    if not pairing.is_open or not scope.has(Role.DISTRICT, Role.ORGANISER):
        return False
    today = pairing.pupil.unit
    return today is not None and scope.covers(today.path, Role.DISTRICT, Role.ORGANISER)


def can_answer(viewer: Any, pairing: Pairing) -> bool:
    """The tutor and the pupil answer for themselves, each once, while it is proposed."""
    person_id = scope_of(viewer).person_id
    if pairing.state not in (Pairing.State.PROPOSED, Pairing.State.ACCEPTED):
        return False
    return person_id is not None and person_id in (pairing.tutor_id, pairing.pupil_id)


def has_answered(viewer: Any, pairing: Pairing) -> bool:
    """Has this reader agreed already?"""
    person_id = scope_of(viewer).person_id
    if person_id == pairing.tutor_id:
        return pairing.tutor_accepted_at is not None
    return person_id == pairing.pupil_id and pairing.pupil_accepted_at is not None
