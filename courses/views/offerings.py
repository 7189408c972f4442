"""Classes for everybody: the list and one class."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from committees.models import TrainingBase
from core.paging import ROWS
from core.scope import scope_of
from courses import states
from courses.forms import FilterForm
from courses.models import Attendance, Enrolment, Offering, Session
from courses.permissions import (
    can_create,
    can_enrol_others,
    can_enrol_self,
    can_list_enrolments,
    can_run,
)
from courses.views.access import seen_offering

# Columns of a row of the list, besides its seats.
SHOWN = (
    *("public_id", "title_zh", "title_en", "kind", "state", "begins_on", "ends_on", "historical"),
    *("venue_zh", "venue_en", "base__name_zh", "base__name_en"),
)
MATES = 12
# Filters that a phone folds away behind one button.
FOLDED = ("state", "kind", "base", "month")
State = Offering.State
CURRENT = (State.DRAFT, State.OPEN, State.CLOSED, State.RUNNING)


@require_safe
def offering_list(request: HttpRequest) -> HttpResponse:
    """Classes to come first; filters stand in the address, so a view of the list can be shared."""
    bases = TrainingBase.objects.visible_to(request.user).order_by("code")
    form = FilterForm(request.GET or None, bases=bases, today=timezone.localdate())
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    classes = (
        filtered(Offering.objects.visible_to(request.user), chosen)
        .select_related("base")
        .only(*SHOWN)
        .with_seats()
        .with_standing_of(scope_of(request.user).person_id)
    )
    past = chosen.get("state") in (State.COMPLETED, State.CANCELLED, "all")
    order = ("-begins_on", "-pk") if past else ("begins_on", "pk")
    context = {
        "form": form,
        "filters_in_use": sum(bool(chosen.get(name)) for name in FOLDED),
        "page": Paginator(classes.order_by(*order), ROWS).get_page(request.GET.get("page")),
        "as_table": request.GET.get("view") == "table",
        "may_create": can_create(request.user),
        "now": timezone.now(),
    }
    return render(request, "courses/offering_list.html", context)


def filtered(classes: Any, chosen: dict[str, Any]) -> Any:
    """Only what the filters ask for; without a state, classes that are not over."""
    state = chosen.get("state") or ""
    if state == "":
        classes = classes.filter(state__in=CURRENT)
    elif state != "all":
        classes = classes.filter(state=state)
    if chosen.get("kind"):
        classes = classes.filter(kind=chosen["kind"])
    if chosen.get("base"):
        classes = classes.filter(base=chosen["base"])
    if chosen.get("month"):
        first = datetime.date.fromisoformat(f"{chosen['month']}-01")
        following = (first + datetime.timedelta(days=31)).replace(day=1)
        classes = classes.filter(begins_on__lt=following, ends_on__gte=first)
    for text in (chosen.get("q") or "").split():
        classes = classes.filter(
            Q(title_zh__icontains=text)
            | Q(title_en__icontains=text)
            | Q(venue_zh__icontains=text)
            | Q(venue_en__icontains=text)
        )
    return classes


@require_safe
def offering_detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One class: when, where, how many seats, who goes from my committee, and what I can do."""
    offering = seen_offering(request, public_id)
    now = timezone.now()
    sessions = list(offering.sessions.select_related("course").order_by("starts_at", "pk"))
    mine = _my_enrolment(request, offering)
    context = {
        "offering": offering,
        "sessions": _with_marks(sessions, mine),
        "quarters": sum(row.quarters for row in sessions if row.state != Session.State.CANCELLED),
        "pool": offering.pools.filter(unit=None).first(),
        "mine": mine,
        "may_cancel_mine": mine is not None and _can_still_cancel(mine, now),
        "takes": offering.takes_enrolments(now),
        "may_enrol": can_enrol_self(request.user) and mine is None,
        "may_enrol_others": can_enrol_others(request.user, offering),
        "may_list": can_list_enrolments(request.user, offering),
        "mates": _mates(request, offering),
        **_for_the_base(request, offering, sessions, now),
    }
    return render(request, "courses/offering_detail.html", context)


def _my_enrolment(request: HttpRequest, offering: Offering) -> Enrolment | None:
    person_id = scope_of(request.user).person_id
    if person_id is None:
        return None
    row = Enrolment.objects.holding().filter(offering=offering, person_id=person_id).first()
    if row is not None:
        row.offering = offering
    return row


def _can_still_cancel(mine: Enrolment, now: datetime.datetime) -> bool:
    return (
        mine.state == Enrolment.State.CONFIRMED
        and mine.channel == Enrolment.Channel.SELF
        and mine.offering.state in (State.OPEN, State.CLOSED)
        and timezone.localdate(now) < mine.offering.begins_on
    )


def _with_marks(sessions: list[Session], mine: Enrolment | None) -> list[dict[str, Any]]:
    marks: dict[int, Attendance] = {}
    if mine is not None:
        marks = {row.session_id: row for row in mine.marks.all()}
    return [{"session": session, "mark": marks.get(session.pk)} for session in sessions]


def _mates(request: HttpRequest, offering: Offering) -> list[Enrolment]:
    """Who else goes from the units I hold a role for."""
    places = [grant.place_id for grant in scope_of(request.user).grants if grant.place_id]
    if not places:
        return []
    rows = Enrolment.objects.holding().filter(offering=offering, unit__in=places)
    return list(rows.select_related("person").order_by("person__pinyin", "pk")[:MATES])


def _for_the_base(
    request: HttpRequest, offering: Offering, sessions: list[Session], now: datetime.datetime
) -> dict[str, Any]:
    """What the base that holds the class may press now."""
    if not can_run(request.user, offering) or offering.historical:
        return {"may_run": False}
    live = [row for row in sessions if row.state == Session.State.PLANNED]
    held = [row for row in sessions if row.state == Session.State.CLOSED]
    return {
        "may_run": True,
        "may_open": states.may_become(offering, State.OPEN),
        "may_close": states.may_become(offering, State.CLOSED),
        "may_cancel": states.may_become(offering, State.CANCELLED),
        "may_plan": offering.state in states.PLANNABLE,
        "may_add_session": offering.state in (*states.PLANNABLE, State.RUNNING),
        "may_complete": offering.state == State.RUNNING and bool(held) and not live,
        "enrolment_over": now >= offering.enrolment_ends_at,
    }
