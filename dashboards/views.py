"""Boards and the lists behind their figures."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from committees.models import Place
from core.scope import Role, scope_of
from dashboards import reports
from dashboards.drilldown import SOURCES, Line, definition_of, label_of
from dashboards.permissions import READERS, can_see_figures, first_boards, sees_every_record

PER_PAGE = 50


def _year(request: HttpRequest) -> int:
    """The year asked for, if it is on offer; else the current one."""
    offered = reports.years_until(timezone.localdate())
    asked = request.GET.get("year", "")
    sane = asked.isdecimal() and len(asked) <= 4  # Python refuses to read thousands of digits
    return int(asked) if sane and int(asked) in offered else offered[0]


def _place(request: HttpRequest, place_id: int) -> Place:
    rows = Place.objects.visible_to(request.user).select_related("parent")
    place = get_object_or_404(rows, pk=place_id)
    if not can_see_figures(request.user, place):
        raise PermissionDenied(_("The figures of this place are not part of your work."))
    return place


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The board of the first place of my scope; further ones are offered beside it."""
    if not scope_of(request.user).has(*READERS):
        raise PermissionDenied(_("Figures are for those responsible for a place or a base."))
    places = list(first_boards(scope_of(request.user)))
    if not places:
        return render(request, "dashboards/board_none.html")
    return _board(request, places[0], places)


@require_safe
def board_place(request: HttpRequest, place_id: int) -> HttpResponse:
    """The board of one place below my scope."""
    return _board(request, _place(request, place_id), [])


def _board(request: HttpRequest, place: Place, places: list[Place]) -> HttpResponse:
    shown = reports.board(place, _year(request), timezone.localdate())
    context = {
        "board": shown,
        "places": places,
        "chart": reports.board_chart(shown),
        "reported": reports.reported(place),
        "above": _above(request, place),
    }
    return render(request, "dashboards/board.html", context)


def _above(request: HttpRequest, place: Place) -> Place | None:
    """The place above, if its board is open to the reader as well."""
    parent = place.parent
    return parent if parent is not None and can_see_figures(request.user, parent) else None


def _named(line: Line, columns: tuple[Any, ...]) -> dict[str, Any]:
    """A line for the page: every cell with the name of its column, which a phone shows."""
    return {"url": line.url, "named": list(zip(columns, line.cells, strict=True))}


@require_safe
def metric_list(request: HttpRequest, place_id: int, metric: str) -> HttpResponse:
    """The rows that make a figure, as many as the figure says."""
    place = _place(request, place_id)
    if metric not in SOURCES:
        raise Http404(metric)
    source, year = SOURCES[metric], _year(request)
    page = Paginator(source.rows(place, year), PER_PAGE).get_page(request.GET.get("page"))
    every = sees_every_record(request.user, place)
    own = set(scope_of(request.user).base_ids(Role.BASE_ADMIN))

    def open_record(row: Any) -> bool:
        return every or row.offering.base_id in own

    lines = [source.line(row, open_record) for row in page]
    context = {
        "place": place,
        "year": year if source.yearly else None,
        "years": reports.years_until(timezone.localdate()) if source.yearly else (),
        "label": label_of(metric),
        "definition": definition_of(metric),
        "columns": source.columns,
        "page": page,
        "lines": lines,
        "rows": [_named(line, source.columns) for line in lines],
    }
    return render(request, "dashboards/metric_list.html", context)
