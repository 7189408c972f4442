"""Places for other programs: what the holder of the token may see."""

# Without postponed annotations: `paginate` wraps the view, and ninja would not find the names.
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.pagination import paginate

from committees.models import Place, PlaceQuerySet
from core.paging import Pages

router = Router(tags=["places"])


class PlaceOut(Schema):
    """A place of the tree; `code` may be unknown (null), `hidden` rows only carry the tree."""

    id: int
    code: str | None
    level: int
    kind: str
    name_zh: str
    name_en: str
    pinyin: str
    parent_id: int | None
    hidden: bool
    edition: int | None


class PlaceFilter(Schema):
    """What to list: a name (hanzi, pinyin or initials), a level 1-5, the places below another."""

    q: str = ""
    level: int | None = None
    parent: int | None = None


@router.get("/", response=list[PlaceOut], summary="Places I may see")
@paginate(Pages)
def list_places(request: HttpRequest, wanted: Query[PlaceFilter]) -> PlaceQuerySet:
    """Standing places in my scope and the line above them, ordered by level and pinyin."""
    places = Place.objects.visible_to(request.user).standing().named(wanted.q.replace("\x00", ""))
    if wanted.level is not None:
        places = places.filter(level=wanted.level)
    if wanted.parent is not None:
        places = places.filter(parent_id=wanted.parent)
    return places.order_by("level", "pinyin", "pk")


@router.get("/{place_id}", response=PlaceOut, summary="One place")
def one_place(request: HttpRequest, place_id: int) -> Place:
    """404 for a place outside my scope, as for one that does not exist."""
    return get_object_or_404(Place.objects.visible_to(request.user), pk=place_id)
