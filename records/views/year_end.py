"""The page of a year's end: what is to be settled, rules of the new year, the lock, the gaps."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.models import Place
from committees.policy_standing import standings
from core.errors import DomainError
from core.paging import page_of
from core.registries import OpenPoint
from core.scope import scope_of
from records.models import HourEntry, YearEndStep, YearGap, YearLock
from records.permissions import DECIDERS, READERS
from records.services import year_end

FIRST = 2000
# From December the year that ends is looked at, until then the one that has ended.
TURN = 12
# What a district looks at before a new year begins.
LOOKED_THROUGH = (
    "hours.secretary_year",
    "hours.party_committee_member_year",
    "hours.party_member_year",
    "hours.online_cap_share",
    "hours.carry_over",
    "training.centralised_min_year",
    "training.induction_deadline",
    "coverage.backstop",
    "plan.filing_window",
)
WORDS = {
    "unverified": gettext_lazy("Class hours and claims to verify"),
    "classes": gettext_lazy("Classes not completed"),
    "unposted": gettext_lazy("Sessions attended whose hours are not posted"),
}


class LockForm(forms.Form):
    """Why the year is locked although something is open; else it may stay empty."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, if something is still open"), max_length=200, required=False
    )


def year_in_hand(today: datetime.date) -> int:
    return today.year if today.month >= TURN else today.year - 1


def is_season(today: datetime.date) -> bool:
    """December and January."""
    return today.month in (TURN, 1)


@require_safe
def year_end_first(request: HttpRequest) -> HttpResponse:
    """To the reader's own district and the year in hand."""
    _require_reader(request)
    rows = Place.objects.visible_to(request.user).filter(level=Place.Level.DISTRICT)
    place = rows.standing().filter(hidden=False).order_by("pinyin", "pk").first()
    if place is None:
        raise Http404
    return redirect("records:year-end", place.pk, year_in_hand(timezone.localdate()))


def _require_reader(request: HttpRequest) -> None:
    if not scope_of(request.user).has(*READERS):
        raise PermissionDenied(_("The end of the year is for those who keep the class hours."))


def _district(request: HttpRequest, pk: int, year: int) -> Any:
    """The district with what is known of the lock of its year."""
    lock = YearLock.objects.filter(district=OuterRef("pk"), year=year)
    rows = (
        Place.objects.visible_to(request.user)
        .filter(level=Place.Level.DISTRICT)
        .annotate(
            locked_at=Subquery(lock.values("locked_at")[:1]),
            locked_by=Subquery(lock.values("actor_label")[:1]),
            locked_because=Subquery(lock.values("reason")[:1]),
        )
    )
    district = get_object_or_404(rows, pk=pk)
    _require_reader(request)
    if not scope_of(request.user).covers(district.path, *READERS) and not _inside(
        request, district
    ):
        raise PermissionDenied(_("The end of the year is for those who keep the class hours."))
    if not FIRST <= year <= timezone.localdate().year:
        raise Http404
    return district


def _inside(request: HttpRequest, district: Place) -> bool:
    """An organiser keeps the hours of a part of the district."""
    paths = scope_of(request.user).paths(*READERS)
    return any(path.startswith(district.path) for path in paths)


@require_safe
def year_end_page(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    return _page(request, _district(request, pk, year), year)


def _page(
    request: HttpRequest, district: Any, year: int, form: LockForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    steps = _latest_steps(request, district, year)
    kinds = _points(request, district, year)
    context = {
        "district": district,
        "year": year,
        "next_year": year + 1,
        "kinds": kinds,
        "open": sum(kind["count"] for kind in kinds),
        "rules_step": steps.get(YearEndStep.Step.RULES),
        "gaps_step": steps.get(YearEndStep.Step.GAPS),
        "may_end": year_end.can_end_year(request.user, district),
        "too_early": today < datetime.date(year, TURN, 1),
        "form": form or LockForm(),
    }
    return render(request, "records/year_end.html", context, status=422 if form else 200)


def _latest_steps(request: HttpRequest, district: Place, year: int) -> dict[str, YearEndStep]:
    """The steps done last, each with `seen`: the gaps of the reader's own part. One query."""
    seen = Count("gaps", filter=scope_of(request.user).under("gaps__unit__path", *READERS))
    rows = YearEndStep.objects.filter(district=district, year=year).annotate(seen=seen)
    return {row.step: row for row in rows.order_by("at", "pk")}


def _points(request: HttpRequest, district: Place, year: int) -> list[dict[str, Any]]:
    """What is open in the reader's own part of the district, by kind and unit."""
    scope = scope_of(request.user)
    kinds = []
    for name, points in year_end.open_points(district, year):
        seen = [point for point in points if scope.covers(point.path, *READERS)]
        kinds.append({"label": WORDS.get(name, name), "rows": seen[:200], "count": _sum(seen)})
    return kinds


def _sum(points: list[OpenPoint]) -> int:
    return sum(point.count for point in points)


def _rules(district: Place, year: int) -> list[dict[str, Any]]:
    """Values of the year that ends beside those of the first day of the new one. Four queries."""
    now = standings(district, datetime.date(year, 12, 31), LOOKED_THROUGH)
    then = standings(district, datetime.date(year + 1, 1, 1), LOOKED_THROUGH)
    return [
        {"rule": new.rule, "now": old.value, "then": new.value, "standing": new}
        for old, new in zip(now, then, strict=True)
    ]


def changed_after_lock(viewer: Any, district: Place, year: int) -> Any:
    """Entries of a locked year that were posted, decided or taken back later."""
    rows = HourEntry.objects.visible_to(viewer).filter(
        Q(after_lock=True) | Q(decision__after_lock=True),
        year=year,
        unit__path__under=district.path,
    )
    return rows.select_related("account__person", "unit", "decision").order_by("-posted_at", "-pk")


@require_safe
def year_end_changes(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """What was changed after the lock, latest first."""
    district = _district(request, pk, year)
    if district.locked_at is None:
        raise Http404
    page = page_of(request, changed_after_lock(request.user, district, year))
    context = {"district": district, "year": year, "page": page}
    return render(request, "records/year_end_changes.html", context)


@require_safe
def year_end_gaps(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """The gaps as they were taken over for the next plan."""
    district = _district(request, pk, year)
    step = _latest_steps(request, district, year).get(YearEndStep.Step.GAPS)
    rows = YearGap.objects.visible_to(request.user).taken_last(district, year)
    page = page_of(
        request,
        rows.select_related("person", "unit").order_by("unit__path", "person__pinyin", "pk"),
    )
    context = {"district": district, "year": year, "next_year": year + 1, "step": step}
    return render(request, "records/year_end_gaps.html", {**context, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def year_end_rules(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Targets and rules of the new year beside those of the old one; a POST says they are right."""
    if request.method != "POST":
        return _rules_page(request, _district(request, pk, year), year)
    district = _for_keeper(request, pk, year)
    year_end.look_through_rules(actor=request.user, district=district, year=year)
    messages.success(request, _("Noted: the rules of the new year are looked through."))
    return redirect("records:year-end", pk, year)


def _rules_page(request: HttpRequest, district: Any, year: int) -> HttpResponse:
    steps = _latest_steps(request, district, year)
    context = {
        "district": district,
        "year": year,
        "next_year": year + 1,
        "next_first": datetime.date(year + 1, 1, 1),
        "rules": _rules(district, year),
        "step": steps.get(YearEndStep.Step.RULES),
        "may_end": year_end.can_end_year(request.user, district),
    }
    return render(request, "records/year_end_rules.html", context)


@require_POST
def year_end_lock(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Lock the year and take its gaps over."""
    district = _for_keeper(request, pk, year)
    form = LockForm(request.POST)
    if form.is_valid():
        try:
            year_end.close_year(
                actor=request.user, district=district, year=year, reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("The year is locked, and its gaps are taken over."))
            return redirect("records:year-end", pk, year)
    return _page(request, district, year, form)


def _for_keeper(request: HttpRequest, pk: int, year: int) -> Place:
    district = _district(request, pk, year)
    if not year_end.can_end_year(request.user, district):
        raise PermissionDenied(_("The year is locked by the district department."))
    return district


def season_tile(request: HttpRequest) -> dict[str, Any] | None:
    """In December and January those who verify hours and lock the year find the page on Today."""
    today = timezone.localdate()
    if not is_season(today) or not scope_of(request.user).has(*DECIDERS):
        return None
    return {"year": year_in_hand(today)}
