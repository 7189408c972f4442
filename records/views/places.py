"""A place whose class hours are read, and the years on offer: what pages of a place share."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Place
from records.permissions import can_read_lists

YEARS_BACK = 5


def hour_place(request: HttpRequest, place_id: int) -> Place:
    """A place whose lists the reader may see. Larger ones are read district by district."""
    places = Place.objects.visible_to(request.user).select_related("parent")
    place = get_object_or_404(places, pk=place_id)
    if not can_read_lists(request.user, place):
        raise PermissionDenied(_("The figures of this place are not part of your work."))
    if place.level < Place.Level.DISTRICT:
        raise PermissionDenied(_("Class hours are shown for one district at a time."))
    return place


def years_offered(year: int) -> list[int]:
    this = timezone.localdate().year
    return sorted({*range(this - YEARS_BACK, this + 1), year}, reverse=True)
