"""Check-in by code, the page on the wall, the roll call."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.prepared import prepared
from core.scope import scope_of
from courses import codes, services
from courses.forms import CodeForm
from courses.models import ACTIVE, SEATED, Attendance, Enrolment, Session
from courses.services.attendance import OPENS_BEFORE
from courses.views.access import act, posted, run_session, seen_session

Mark = Attendance.Mark
LANGUAGES = ("zh", "en")


def midnights(now: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    """Begin and end of the day of `now` in the portal's time zone."""
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return day, day + datetime.timedelta(days=1)


@prepared
def _my_sessions(
    person_id: int, day: datetime.datetime, next_day: datetime.datetime
) -> QuerySet[Session]:
    """Sessions between two midnights in the classes of a person, with her mark."""
    mine = Attendance.objects.filter(session=OuterRef("pk"), enrolment__person=person_id)
    sessions = Session.objects.filter(
        starts_at__gte=day,
        starts_at__lt=next_day,
        offering__enrolments__person=person_id,
        offering__enrolments__state__in=SEATED,
    ).exclude(state=Session.State.CANCELLED)
    titles = (f"{of}__title_{language}" for of in ("offering", "course") for language in LANGUAGES)
    return (
        sessions.select_related("offering", "course")
        .only("public_id", "starts_at", "ends_at", "state", "offering__public_id", *titles)
        .annotate(my_mark=Subquery(mine.values("mark")[:1]))
        .order_by("starts_at", "pk")
    )


def check_in_today(person_id: int | None, now: datetime.datetime) -> list[dict[str, Any]]:
    """Sessions of today in my classes, with my mark and whether check-in is open. One query."""
    if person_id is None:
        return []
    entries = []
    for session in _my_sessions(person_id, *midnights(now)):
        mark = session.my_mark  # type: ignore[attr-defined]
        label = Mark(mark).label if mark else ""
        entries.append(
            {"session": session, "mark": mark, "mark_label": label, **_window(session, now)}
        )
    return entries


def _window(session: Session, now: datetime.datetime) -> dict[str, Any]:
    opens = session.starts_at - OPENS_BEFORE
    planned = session.state == Session.State.PLANNED
    return {
        "opens_at": opens,
        "is_open": planned and opens <= now <= session.ends_at,
        "is_early": planned and now < opens,
    }


@require_safe
def check_in(request: HttpRequest) -> HttpResponse:
    """Today's sessions; the one that is open asks for its code right here."""
    entries = check_in_today(scope_of(request.user).person_id, timezone.now())
    return render(request, "courses/check_in.html", {"entries": entries, "form": CodeForm()})


@require_http_methods(["GET", "POST"])
def session_check_in(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Enter the code; the result is shown big, and again whenever the page is opened."""
    session = seen_session(request, public_id)
    person_id = scope_of(request.user).person_id or 0
    enrolment = Enrolment.objects.filter(
        offering=session.offering_id, person_id=person_id, state__in=SEATED
    ).first()
    if enrolment is None:
        raise PermissionDenied(_("You are not enrolled in this class."))
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.check_in(actor=request.user, session=session, **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("courses:session-check-in", public_id)
    context = {
        "session": session,
        "form": form,
        "mark": enrolment.marks.filter(session=session).first(),
        **_window(session, timezone.now()),
    }
    status = 422 if form.errors else 200
    return render(request, "courses/session_check_in.html", context, status=status)


@require_safe
def session_live(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """For the wall: the code, big, and who has arrived; asks again every few seconds."""
    session = run_session(request, public_id)
    now = timezone.now()
    window = _window(session, now)
    people = list(_people(session))
    arrived = [row for row in people if row.mark is not None and row.mark.attended]
    context = {
        "session": session,
        "code": codes.code_at(session.public_id, now) if window["is_open"] else "",
        "seconds": codes.seconds_left(now),
        "arrived": arrived[::-1],
        "missing": [row for row in people if row.mark is None],
        "excused": [row for row in people if row.mark is not None and not row.mark.attended],
        "total": len(people),
        **window,
    }
    part = "#live" if request.headers.get("HX-Request") else ""
    response = render(request, f"courses/session_live.html{part}", context)
    response["Vary"] = "HX-Request"
    response["Cache-Control"] = "no-store"
    return response


def _people(session: Session) -> list[Any]:
    """Everybody in the class with the mark of this session, by name. Two queries."""
    rows = Enrolment.objects.filter(offering=session.offering_id, state__in=SEATED)
    people: list[Any] = list(rows.select_related("person", "unit").order_by("person__pinyin", "pk"))
    marks = {row.enrolment_id: row for row in session.marks.order_by("marked_at", "pk")}
    for row in people:
        row.mark = marks.get(row.pk)
    return people


@require_http_methods(["GET", "POST"])
def session_roll_call(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Marks by hand, as good as a code. What was typed stays when something is refused."""
    session = run_session(request, public_id)
    people = _people(session)
    error, typed = "", _typed(request, people)
    if request.method == "POST":
        try:
            changed = services.mark_attendance(actor=request.user, session=session, marks=typed)
        except DomainError as refusal:
            error = refusal.message
        else:
            done = ngettext("%(count)d mark saved.", "%(count)d marks saved.", changed)
            messages.success(request, done % {"count": changed})
            return redirect("courses:session-roll-call", public_id)
    for row in people:
        row.chosen = typed.get(row.pk) or (row.mark.mark if row.mark else "")
    context = {
        "session": session,
        "people": people,
        "marks": Mark.choices,
        "missing": sum(row.mark is None and row.state in ACTIVE for row in people),
        "may_mark": session.state == Session.State.PLANNED,
        "error": error,
        **_window(session, timezone.now()),
    }
    status = 422 if error else 200
    return render(request, "courses/session_roll_call.html", context, status=status)


def _typed(request: HttpRequest, people: list[Any]) -> dict[int, str]:
    """Marks of the form by enrolment; "rest" marks everybody who has none."""
    typed = {}
    for row in people:
        mark = request.POST.get(f"mark-{row.pk}", "")
        if not mark and row.mark is None:
            mark = request.POST.get("rest", "")
        if mark:
            typed[row.pk] = mark
    return typed


@require_POST
def session_close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    session = run_session(request, public_id)
    assert session.offering is not None  # run_session has looked
    return act(
        request,
        lambda: services.close_session(actor=request.user, session=session),
        _("The session is closed; its marks stand."),
        reverse("courses:session-roll-call", args=[public_id]),
    )
