"""Parts of the Today page that speak of classes."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.prepared import prepared
from core.registries import HomeTile, NavEntry, home_tiles, navigation
from core.scope import Role, Scope, scope_of
from courses.models import ACTIVE, Enrolment, Offering, Session
from courses.permissions import LEARNERS, can_enrol_self
from courses.views.attendance import check_in_today, midnights

SHOWN = 4
SHOWN_OF_CLASS = (
    *("public_id", "title_zh", "title_en", "venue_zh", "venue_en"),
    *("state", "begins_on", "ends_on"),
)
State = Offering.State


@prepared
def _coming(person_id: int, today: datetime.date) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.filter(
        person_id=person_id, state__in=ACTIVE, offering__begins_on__gt=today
    )
    shown = (f"offering__{name}" for name in SHOWN_OF_CLASS)
    return (
        rows.select_related("offering").only(*shown).order_by("offering__begins_on", "pk")[:SHOWN]
    )


@prepared
def _to_enter(scope: Scope, today: datetime.date, now: datetime.datetime) -> QuerySet[Offering]:
    """Open classes in the reach of `scope` that she has not entered."""
    mine = Enrolment.objects.holding().filter(person=scope.person_id)
    return (
        Offering.objects.visible_to(scope)
        .filter(state=State.OPEN, begins_on__gt=today)
        .filter(Q(enrol_until=None) | Q(enrol_until__gt=now))
        .exclude(pk__in=mine.values("offering"))
        .only(*SHOWN_OF_CLASS)
        .with_seats()
        .order_by("begins_on", "pk")[:SHOWN]
    )


@prepared
def _under_way(bases: tuple[int, ...], now: datetime.datetime) -> QuerySet[Offering]:
    """Classes of the bases, with what waits to be done in them."""
    planned = Session.objects.filter(offering=OuterRef("pk"), state=Session.State.PLANNED)

    def counted(rows: QuerySet[Session]) -> Coalesce:
        return Coalesce(Subquery(rows.values("offering").annotate(n=Count("pk")).values("n")), 0)

    return (
        Offering.objects.filter(base__in=bases, state__in=(State.OPEN, State.CLOSED, State.RUNNING))
        .only(*SHOWN_OF_CLASS)
        .with_seats()
        .annotate(to_close=counted(planned.filter(ends_at__lt=now)), left=counted(planned))
        .order_by("begins_on", "pk")[: SHOWN + 2]
    )


@prepared
def _held_on(
    bases: tuple[int, ...], day: datetime.datetime, next_day: datetime.datetime
) -> QuerySet[Session]:
    """Sessions of the bases between two midnights."""
    rows = Session.objects.filter(
        offering__base__in=bases,
        state=Session.State.PLANNED,
        starts_at__gte=day,
        starts_at__lt=next_day,
    ).exclude(offering__state__in=(State.DRAFT, State.CANCELLED))
    titles = ("course__title_zh", "course__title_en", "offering__public_id")
    shown = rows.select_related("offering", "course").only(
        "public_id", "starts_at", "ends_at", *titles
    )
    return shown.order_by("starts_at", "pk")[:SHOWN]


def my_sessions(request: HttpRequest) -> dict[str, Any] | None:
    """Today's sessions with check-in, then the classes to come."""
    me = scope_of(request.user).person_id
    if me is None or not scope_of(request.user).has(*LEARNERS):
        return None
    now = timezone.now()
    coming = _coming(me, timezone.localdate(now))
    return {"today": check_in_today(me, now), "coming": list(coming)}


def open_classes(request: HttpRequest) -> dict[str, Any] | None:
    """Classes that a secretary or member can still enter."""
    if not can_enrol_self(request.user):
        return None
    now = timezone.now()
    found = list(_to_enter(scope_of(request.user), timezone.localdate(now), now))
    return {"classes": found} if found else None


def base_work(request: HttpRequest) -> dict[str, Any] | None:
    """For those who run a base: classes under way and what waits to be done in them."""
    bases = scope_of(request.user).base_ids(Role.BASE_ADMIN)
    if not bases:
        return None
    now = timezone.now()
    live = _held_on(bases, *midnights(now))
    return {"classes": list(_under_way(bases, now)), "live": list(live)}


def register() -> None:
    """Called once by CoursesConfig.ready."""
    learners = frozenset(LEARNERS)
    entries = (
        (
            NavEntry(
                "classes", _("Classes"), "courses:offering-list", "journal-bookmark", tab=True
            ),
            20,
        ),
        (
            NavEntry(
                "my-enrolments",
                _("My enrolments"),
                "courses:enrolment-list",
                "calendar-check",
                roles=learners,
            ),
            22,
        ),
        (
            NavEntry(
                "check-in",
                _("Check in"),
                "courses:check-in",
                "check2-circle",
                roles=learners,
                behind=("courses:session-check-in",),
            ),
            24,
        ),
        (
            NavEntry(
                "courses",
                _("Catalogue of courses"),
                "courses:course-list",
                "book",
                roles=frozenset({Role.BASE_ADMIN, Role.DISTRICT, Role.ORGANISER}),
                group="manage",
            ),
            30,
        ),
    )
    for entry, order in entries:
        navigation.add(entry.key, entry, order=order)
    for key, context, order in (
        ("my-sessions", my_sessions, 5),
        ("base-work", base_work, 8),
        ("open-classes", open_classes, 25),
    ):
        template = f"courses/_tile_{key.replace('-', '_')}.html"
        home_tiles.add(key, HomeTile(key, template, context), order=order)
