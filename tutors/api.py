"""Tutoring for other programs: the pairs that the holder of the token may see."""

from __future__ import annotations

import datetime
import uuid

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from core.paging import Pages
from tutors.models import Pairing, PairingQuerySet

router = Router(tags=["tutoring"])


class PairingOut(Schema):
    """A pair as both sides see it; people by name and unit only."""

    public_id: uuid.UUID
    batch: str
    tutor: str
    tutor_unit: str
    pupil: str
    pupil_unit: str
    state: str
    from_on: datetime.date
    to_on: datetime.date | None
    focus: str

    @staticmethod
    def resolve_batch(row: Pairing) -> str:
        return row.batch.name

    @staticmethod
    def resolve_tutor(row: Pairing) -> str:
        return row.tutor.name

    @staticmethod
    def resolve_pupil(row: Pairing) -> str:
        return row.pupil.name

    @staticmethod
    def resolve_tutor_unit(row: Pairing) -> str:
        return row.tutor_unit.name

    @staticmethod
    def resolve_pupil_unit(row: Pairing) -> str:
        return row.pupil_unit.name


@router.get("/pairings", response=list[PairingOut], summary="My pairs")
@paginate(Pages)
def my_pairings(request: HttpRequest) -> PairingQuerySet:
    """Pairs in which I am tutor or pupil, and those of units in my scope; newest first."""
    return (
        Pairing.objects.visible_to(request.user)
        .select_related("batch", "tutor", "pupil", "tutor_unit", "pupil_unit")
        .order_by("-from_on", "pk")
    )
