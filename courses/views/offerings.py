"""Classes for everybody: the list and one class."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from committees.models import TrainingBase
from committees.policies import kept_rules
from core.paging import page_of
from core.prepared import Asked, prepared
from core.scope import Scope, scope_of
from courses import states
from courses.forms import BaseNames, FilterForm
from courses.models import Attendance, Enrolment, Offering, SeatPool, Session
from courses.permissions import (
    can_create,
    can_enrol_others,
    can_enrol_self,
    can_list_enrolments,
    can_run,
    is_class_head,
)
from courses.views.access import seen_offering

# Columns of a row of the list, besides its seats.
SHOWN = (
    *("public_id", "title_zh", "title_en", "kind", "state", "begins_on", "ends_on", "historical"),
    *("venue_zh", "venue_en", "base__name_zh", "base__name_en"),
)
SHOWN_OF_SESSION = (
    *("public_id", "starts_at", "ends_at", "quarters", "state", "venue_zh", "venue_en"),
    *("course__title_zh", "course__title_en"),
)
MATES = 12
# Filters that a phone folds away behind one button.
FOLDED = ("state", "kind", "base", "month")
State = Offering.State
CURRENT = (State.DRAFT, State.OPEN, State.CLOSED, State.RUNNING)


@require_safe
def offering_list(request: HttpRequest) -> HttpResponse:
    """Classes to come first; filters stand in the address, so a view of the list can be shared."""
    scope, today = scope_of(request.user), timezone.localdate()
    bases = tuple(_bases(scope))
    chosen = _chosen(request, bases, today)
    used = tuple(chosen.get(name) or "" for name in FOLDED)
    context = {
        # Built only where its fields are not kept yet; see {% kept %} in the template.
        "form": SimpleLazyObject(lambda: FilterForm(initial=chosen, bases=bases, today=today)),
        "form_key": (bases, today.year, today.month, used),
        "query": chosen.get("q") or "",
        "filters_in_use": sum(bool(value) for value in used),
        "page": page_of(request, listed(scope, chosen)),
        "as_table": request.GET.get("view") == "table",
        "may_create": can_create(request.user),
        "now": timezone.now(),
    }
    return render(request, "courses/offering_list.html", context)


@prepared
def _bases(scope: Scope) -> QuerySet[TrainingBase, tuple[int, str, str]]:
    rows = TrainingBase.objects.visible_to(scope).order_by("code")
    return rows.values_list("pk", "name_zh", "name_en")


def _chosen(request: HttpRequest, bases: BaseNames, today: datetime.date) -> dict[str, Any]:
    """What the filters in the address ask for; nothing when one of them makes no sense."""
    if not request.GET:
        return {}
    form = FilterForm(request.GET, bases=bases, today=today)
    return form.cleaned_data if form.is_valid() else {}


def listed(scope: Scope, chosen: dict[str, Any]) -> Asked[Offering]:
    """Classes as the filters ask for them; without a state, those that are not over."""
    state, month = chosen.get("state") or "", chosen.get("month")
    first = datetime.date.fromisoformat(f"{month}-01") if month else None
    return _listed(
        scope,
        CURRENT if state == "" else None if state == "all" else (state,),
        chosen.get("kind") or None,
        chosen.get("base") or None,
        first,
        (first + datetime.timedelta(days=31)).replace(day=1) if first else None,
        tuple((chosen.get("q") or "").split()),
        state in (State.COMPLETED, State.CANCELLED, "all"),
    )


@prepared
def _listed(
    scope: Scope,
    states: tuple[str, ...] | None,
    kind: str | None,
    base_id: int | None,
    first: datetime.date | None,
    following: datetime.date | None,
    words: tuple[str, ...],
    newest_first: bool,
) -> QuerySet[Offering]:
    classes = Offering.objects.visible_to(scope)
    if states is not None:
        classes = classes.filter(state__in=states)
    if kind is not None:
        classes = classes.filter(kind=kind)
    if base_id is not None:
        classes = classes.filter(base=base_id)
    if first is not None:
        classes = classes.filter(begins_on__lt=following, ends_on__gte=first)
    for word in words:
        classes = classes.filter(
            Q(title_zh__icontains=word)
            | Q(title_en__icontains=word)
            | Q(venue_zh__icontains=word)
            | Q(venue_en__icontains=word)
        )
    return (
        classes.select_related("base")
        .only(*SHOWN)
        .with_seats()
        .with_standing_of(scope.person_id)
        .order_by(*(("-begins_on", "-pk") if newest_first else ("begins_on", "pk")))
    )


@prepared
def _sessions(offering_id: int) -> QuerySet[Session]:
    rows = Session.objects.filter(offering_id=offering_id).select_related("course")
    return rows.only(*SHOWN_OF_SESSION).order_by("starts_at", "pk")


@prepared
def _pool(offering_id: int) -> QuerySet[SeatPool]:
    return SeatPool.objects.filter(offering_id=offering_id, unit=None)[:1]


@prepared
def _held(offering_id: int, person_id: int) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.holding().filter(offering_id=offering_id, person_id=person_id)
    return rows.order_by("pk")[:1]


@prepared
def _marks(enrolment_id: int) -> QuerySet[Attendance]:
    return Attendance.objects.filter(enrolment_id=enrolment_id)


@prepared
def _mates_of(offering_id: int, places: tuple[int, ...]) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.holding().filter(offering_id=offering_id, unit__in=places)
    names = ("state", "person__name_zh", "person__name_en", "person__pinyin")
    return rows.select_related("person").only(*names).order_by("person__pinyin", "pk")[:MATES]


@require_safe
def offering_detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One class: when, where, how many seats, who goes from my committee, and what I can do."""
    offering = seen_offering(request, public_id)
    now = timezone.now()
    sessions = list(_sessions(offering.pk))
    mine = _my_enrolment(request, offering)
    context = {
        "offering": offering,
        "sessions": _with_marks(sessions, mine),
        "quarters": sum(row.quarters for row in sessions if row.state != Session.State.CANCELLED),
        "pool": _pool(offering.pk).first(),
        "mine": mine,
        "may_cancel_mine": mine is not None and _can_still_cancel(mine, now),
        "takes": offering.takes_enrolments(now),
        "may_enrol": can_enrol_self(request.user) and mine is None,
        "may_enrol_others": can_enrol_others(request.user, offering),
        "may_list": can_list_enrolments(request.user, offering),
        "heads": is_class_head(request.user, offering),
        "mates": _mates(request, offering),
        "kept_rules": kept_rules(offering.rules),
        **_for_the_base(request, offering, sessions, now),
    }
    return render(request, "courses/offering_detail.html", context)


def _my_enrolment(request: HttpRequest, offering: Offering) -> Enrolment | None:
    person_id = scope_of(request.user).person_id
    if person_id is None:
        return None
    row = _held(offering.pk, person_id).first()
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
        marks = {row.session_id: row for row in _marks(mine.pk)}
    return [{"session": session, "mark": marks.get(session.pk)} for session in sessions]


def _mates(request: HttpRequest, offering: Offering) -> list[Enrolment]:
    """Who else goes from the units I hold a role for."""
    places = scope_of(request.user).place_ids()
    return list(_mates_of(offering.pk, places)) if places else []


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
