"""The directory of people, and taking a view of it out of the portal."""

from __future__ import annotations

import datetime
import io
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from committees import permissions
from committees.directory import FILTERS, Wanted, Who, listing, page_of
from committees.directory.asking import OF_SERVING_ONLY
from committees.directory.pages import LETTERS
from committees.forms import ExportForm
from committees.models import Place
from committees.services.directory import export_people
from core.errors import DomainError
from core.scope import Role, scope_of
from core.sheets.export import write_csv
from core.typed import sent

LARGEST_KEY = 2**62
SELECTED = mark_safe(" selected")
CURRENT = mark_safe(' aria-current="true"')
SIGNS = [(SafeString(letter), SafeString(letter.upper())) for letter in LETTERS]


def _wanted(request: HttpRequest) -> Wanted:
    """The view that the address asks for; 404 for a place out of sight."""
    if not permissions.can_list_people(request.user):
        raise PermissionDenied
    key, place = request.GET.get("place", ""), None
    if key.isdecimal() and 0 < int(key[:20]) < LARGEST_KEY:
        places = Place.objects.visible_to(request.user).select_related("parent")
        place = get_object_or_404(places, pk=int(key))
    return Wanted.read(request.GET, place)


def _places(viewer: Any, chosen: Place | None) -> list[Place]:
    """Places to choose from: the steps below the reader's own, and those around the chosen one."""
    if chosen is None:
        return list(listing.offered(scope_of(viewer), (), None, None))
    beside = chosen.parent_id if chosen.level == Place.Level.COMMITTEE else None
    line = tuple(chosen.ancestor_ids)
    return list(listing.offered(scope_of(viewer), line, chosen.pk, beside))


def _options(places: list[Place], chosen: Place | None) -> SafeString:
    """The places as options of a select: hundreds of them, which a template renders slowly."""
    key = chosen.pk if chosen else None
    return format_html_join(
        "",
        '<option value="{}"{}>{}{}</option>',
        (
            (
                place.pk,
                SELECTED if place.pk == key else "",
                "· " if place.level == Place.Level.COMMITTEE else "",
                place.name,
            )
            for place in places
        ),
    )


def _letters(query: str, chosen: str) -> SafeString:
    """The signs that lead on to a letter, in the view of `query`."""
    rest = format_html("{}", query)
    return format_html_join(
        "",
        '<a href="?{}&amp;letter={}"{}>{}</a>',
        ((rest, sign, CURRENT if sign == chosen else "", shown) for sign, shown in SIGNS),
    )


@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    """People of my scope: by place, post and what is known of them, by name, pinyin or initials."""
    wanted = _wanted(request)
    page = page_of(request.user, wanted, request.GET)
    scope = scope_of(request.user)
    shut = OF_SERVING_ONLY if wanted.who else ()
    query, letter = wanted.query, request.GET.get("letter", "")
    places = _places(request.user, wanted.place)
    context: dict[str, Any] = {
        "page": page,
        "wanted": wanted,
        "places": places,
        "place_options": _options(places, wanted.place),
        "in_use": [
            (label, value, wanted.without(name).query) for name, label, value in wanted.in_words()
        ],
        "filters": [
            (name, label, choices, getattr(wanted, name))
            for name, (label, choices) in FILTERS.items()
            if name not in shut
        ],
        # What the filters on the page depend on, for {% kept %}.
        "filter_key": tuple(wanted.chosen.items()),
        "search_everywhere": f"?{Wanted(q=wanted.q).query}",
        "query": query,
        "letters": _letters(query, letter) if page.before or page.after else "",
        "has_guests": scope.has(Role.BASE_ADMIN),
        "may_export": permissions.can_export_people(request.user) and not wanted.who,
        "may_merge": permissions.can_merge(request.user),
        "former": wanted.who == Who.FORMER,
        "guests": wanted.who == Who.GUESTS,
    }
    return render(request, "committees/person_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_export(request: HttpRequest) -> HttpResponse:
    """Take exactly this view out as a sheet, for a purpose that stays on record."""
    wanted = _wanted(request)
    if not permissions.can_export_people(request.user) or wanted.who:
        raise PermissionDenied(
            _("Lists of people are taken out by the district department and the organiser.")
        )
    form = ExportForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        purpose = form.cleaned_data["purpose"]
        try:
            rows = export_people(actor=request.user, wanted=wanted, purpose=purpose)
        except DomainError as exc:
            form.add_error(exc.field or None, exc.message)
        else:
            return _sheet(rows, timezone.localdate())
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "wanted": wanted, "in_use": wanted.in_words()}
    return render(request, "committees/person_export.html", context, status=status)


def _sheet(rows: list[tuple[str, ...]], today: datetime.date) -> HttpResponse:
    columns = (_("Name"), _("Post"), _("Unit"), _("Belongs to"), _("Mobile"), _("In post since"))
    sheet = io.StringIO(newline="")
    write_csv(sheet, columns, rows)
    response = HttpResponse(sheet.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="people-{today:%Y%m%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response
