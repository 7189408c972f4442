"""Parts of the Today page that speak of classes."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.registries import HomeTile, NavEntry, home_tiles, navigation
from core.scope import Role, scope_of
from courses.models import ACTIVE, Enrolment, Offering, Session
from courses.permissions import LEARNERS, can_enrol_self
from courses.views.attendance import check_in_today

SHOWN = 4
State = Offering.State


def my_sessions(request: HttpRequest) -> dict[str, Any] | None:
    """Today's sessions with check-in, then the classes to come."""
    me = scope_of(request.user).person_id
    if me is None or not scope_of(request.user).has(*LEARNERS):
        return None
    coming = (
        Enrolment.objects.filter(person=me, state__in=ACTIVE)
        .filter(offering__begins_on__gt=timezone.localdate())
        .select_related("offering")
        .order_by("offering__begins_on", "pk")
    )
    today = check_in_today(me, timezone.now())
    return {"today": today, "coming": list(coming[:SHOWN])}


def open_classes(request: HttpRequest) -> dict[str, Any] | None:
    """Classes that a secretary or member can still enter."""
    if not can_enrol_self(request.user):
        return None
    now = timezone.now()
    mine = Enrolment.objects.holding().filter(person_id=scope_of(request.user).person_id or 0)
    classes = (
        Offering.objects.visible_to(request.user)
        .filter(state=State.OPEN, begins_on__gt=timezone.localdate(now))
        .filter(Q(enrol_until=None) | Q(enrol_until__gt=now))
        .exclude(pk__in=mine.values("offering"))
        .with_seats()
        .order_by("begins_on", "pk")
    )
    found = list(classes[:SHOWN])
    return {"classes": found} if found else None


def base_work(request: HttpRequest) -> dict[str, Any] | None:
    """For those who run a base: classes under way and what waits to be done in them."""
    bases = scope_of(request.user).base_ids(Role.BASE_ADMIN)
    if not bases:
        return None
    now = timezone.now()
    planned = Q(sessions__state=Session.State.PLANNED)
    classes = (
        Offering.objects.filter(base__in=bases, state__in=(State.OPEN, State.CLOSED, State.RUNNING))
        .with_seats()
        .annotate(
            to_close=Count("sessions", filter=planned & Q(sessions__ends_at__lt=now)),
            left=Count("sessions", filter=planned),
        )
        .order_by("begins_on", "pk")
    )
    day = timezone.localtime(now).date()
    live = Session.objects.filter(
        offering__base__in=bases, state=Session.State.PLANNED, starts_at__date=day
    ).exclude(offering__state__in=(State.DRAFT, State.CANCELLED))
    live = live.select_related("offering", "course").order_by("starts_at", "pk")
    found, today = list(classes[: SHOWN + 2]), list(live[:SHOWN])
    return {"classes": found, "live": today}


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
                "check-in", _("Check in"), "courses:check-in", "check2-circle", roles=learners
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
