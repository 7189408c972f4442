"""Possible duplicates for other programs: the same list, the same services, the same scope."""

# Without postponed annotations: `paginate` wraps the view, and ninja would not find the names.
import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from committees import permissions
from committees.merging import duplicates
from committees.models import Person, PersonMerge
from committees.services import merging
from core.paging import FURTHEST, MOST

router = Router(tags=["duplicates"])


class Record(Schema):
    """A person as far as a list of duplicates says: no number, only its mask."""

    public_id: uuid.UUID
    name_zh: str
    name_en: str
    unit_id: int | None
    mobile_mask: str


class PairOut(Schema):
    """Two records; `score` from 20 on, `reasons` and `doubts` in words."""

    one: Record
    two: Record
    score: int
    likelihood: str
    fresh: bool
    reasons: list[str]
    doubts: list[str]


class PairsOut(Schema):
    items: list[PairOut]
    count: int


class Window(Schema):
    limit: int = Field(100, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=FURTHEST)


class PairIn(Schema):
    one: uuid.UUID
    two: uuid.UUID
    reason: str = Field("", max_length=200)


class MergeIn(Schema):
    """`take`: facts whose value comes from `gone`; left out: those that are proposed."""

    kept: uuid.UUID
    gone: uuid.UUID
    take: list[str] | None = None
    reason: str = Field("", max_length=200)


class MergeOut(Schema):
    public_id: uuid.UUID
    moved: dict[str, int]


@router.get("/", response=PairsOut, summary="Pairs of records that may be one person")
def list_duplicates(request: HttpRequest, window: Query[Window]) -> PairsOut:
    """Among the people whose records I keep, the likeliest first."""
    if not permissions.can_merge(request.user):
        raise PermissionDenied
    people = Person.objects.in_charge_of(request.user)
    found = duplicates.find(people, limit=window.limit, offset=window.offset)
    items = [
        PairOut(
            one=Record.from_orm(pair.one),
            two=Record.from_orm(pair.two),
            score=pair.score,
            likelihood=pair.likelihood,
            fresh=pair.fresh,
            reasons=[str(reason) for reason in pair.reasons],
            doubts=[str(doubt) for doubt in pair.doubts],
        )
        for pair in found.pairs
    ]
    return PairsOut(items=items, count=found.total)


@router.post("/two-people", response={204: None}, summary="Note that these are two people")
def note_two_people(request: HttpRequest, pair: PairIn) -> Status:
    one, two = _mine(request, pair.one), _mine(request, pair.two)
    merging.note_two_people(actor=request.user, one=one, two=two, reason=pair.reason)
    return Status(204, None)


@router.post("/merge", response=MergeOut, summary="Merge two records of one person")
def merge_records(request: HttpRequest, wanted: MergeIn) -> PersonMerge:
    """Can be undone on the portal for 30 days."""
    return merging.merge_people(
        actor=request.user,
        kept=_mine(request, wanted.kept),
        gone=_mine(request, wanted.gone),
        take=wanted.take,
        reason=wanted.reason,
    )


def _mine(request: HttpRequest, public_id: uuid.UUID) -> Person:
    return get_object_or_404(Person.objects.in_charge_of(request.user), public_id=public_id)
