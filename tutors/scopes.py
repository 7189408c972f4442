"""Whom a pairing lets somebody see: a tutor sees her pupils, a pupil her tutor."""

from __future__ import annotations

from django.db.models import Q

from core.scope import Scope, nothing
from tutors.models import OPEN_STATES, Pairing


def partners(scope: Scope) -> Q:
    """People with whom the person of `scope` is in an open pairing."""
    me = scope.person_id
    if me is None:
        return nothing()
    mine = Pairing.objects.filter(state__in=OPEN_STATES)
    return Q(pk__in=mine.filter(tutor=me).values("pupil")) | Q(
        pk__in=mine.filter(pupil=me).values("tutor")
    )
